import { TableClient } from "@azure/data-tables";
import { describe, expect, it } from "vitest";
import { budgetTable } from "../../src/azure/budget-table.ts";
import type { Breaker, Budget } from "../../src/domain/budget.ts";
import type { Budgets } from "../../src/domain/refresh-ports.ts";
import { fakeBudgets } from "../fakes/budgets.ts";
import { azuriteStorage } from "./rule-tables.ts";

const storage = azuriteStorage();
const fake = fakeBudgets();
const at = "2026-11-21T02:00:00.000Z";

const breaker = (failures: number): Breaker => ({ kind: "breaker", failures });
const failuresOf = (held: Budget | undefined) => (held?.kind === "breaker" ? held.failures : 0);
/** Adds one, and answers how many there are. */
const count = (budgets: Budgets, key: string) =>
  budgets.update(key, (held) => {
    const failures = failuresOf(held) + 1;
    return { put: breaker(failures), answer: failures };
  });

const all: readonly Budget[] = [
  {
    kind: "pulls",
    reading: { kind: "limited", limit: 200, remaining: 150, windowSeconds: 21_600, account: "a" },
    readAt: at,
    spent: 3,
    spentAt: at,
    holds: [{ id: "one", pulls: 4, until: at }],
  },
  { kind: "pulls", reading: { kind: "unlimited", account: "a" }, readAt: at, spent: 0, holds: [] },
  { kind: "pulls", spent: 0, holds: [] },
  { kind: "breaker", failures: 2, until: at, message: "docker.io answered 503" },
  {
    kind: "requests",
    startedAt: at,
    reads: 5,
    deletes: 1,
    earlier: [{ until: at, reads: 1, deletes: 0 }],
    notBefore: at,
  },
];

describe.each([
  { name: "fake", make: () => fake },
  { name: "Table Storage", make: () => budgetTable(storage()) },
])("budgets: $name", ({ make }) => {
  it("knows nothing of a key nobody wrote", async () => {
    expect(await make().get("breaker never.io")).toBeUndefined();
  });

  it.each(all.map((budget, n) => [n, budget] as const))("gives back budget %i", async (n, put) => {
    const key = `all ${n}`;
    expect(await make().update(key, (held) => ({ put, answer: held }))).toBeUndefined();

    expect(await make().get(key)).toEqual(put);
    expect(await make().update(key, (held) => ({ answer: held }))).toEqual(put);
    expect(await make().get(key)).toEqual(put);
  });

  it("keeps keys apart, whatever is in them", async () => {
    const keys = ["breaker a/b #1?", "breaker a\\b", "breaker a%2Fb", "breaker A/B"];
    for (const [n, key] of keys.entries())
      await make().update(key, () => ({ put: breaker(n), answer: undefined }));

    const held = await Promise.all(keys.map((key) => make().get(key)));
    expect(held.map(failuresOf)).toEqual([0, 1, 2, 3]);
  });

  it("lists every row under the key it was written with", async () => {
    const budgets = make();
    const keys = ["pulls docker.io hub", "purge contoso", "breaker localhost:5001/x?"];
    for (const [n, key] of keys.entries())
      await budgets.update(key, () => ({ put: all[n], answer: undefined }));

    const listed = await make().list();
    expect(listed.filter(({ key }) => keys.includes(key))).toHaveLength(3);
    expect(listed).toEqual(expect.arrayContaining(keys.map((key, n) => ({ key, budget: all[n] }))));
  });

  it("loses no update of one process", async () => {
    const budgets = make();
    const counts = await Promise.all(Array.from({ length: 32 }, () => count(budgets, "one")));

    expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, n) => n + 1));
    expect(failuresOf(await budgets.get("one"))).toBe(32);
  });

  it("loses no update of several processes", async () => {
    const processes = Array.from({ length: 6 }, make);
    await Promise.all(
      processes.flatMap((budgets) => [1, 2, 3, 4].map(() => count(budgets, "several"))),
    );

    expect(failuresOf(await make().get("several"))).toBe(24);
  });

  it("goes on with the next update after one whose change threw", async () => {
    const budgets = make();
    const broken = budgets.update("throwing", () => {
      throw new Error("a bug");
    });
    const [, next] = [await Promise.allSettled([broken]), await count(budgets, "throwing")];

    expect(next).toBe(1);
    await expect(broken).rejects.toThrow("a bug");
  });
});

describe("the table", () => {
  it.each([
    ["of a kind that it does not know", JSON.stringify({ kind: "tokens" })],
    ["that is no JSON", "{"],
    ["with an instant that is none", JSON.stringify({ ...all[4], startedAt: "soon" })],
  ])("passes over a row %s, and writes over it", async (_case, body) => {
    const held = storage();
    const text = held.kind === "connectionString" ? held.connectionString.reveal() : "";
    const client = TableClient.fromConnectionString(text, "budgets", {
      allowInsecureConnection: true,
    });
    await client.createTable();
    await client.upsertEntity({ partitionKey: "budget", rowKey: "odd", body });
    const budgets = budgetTable(storage());

    expect(await budgets.get("odd")).toBeUndefined();
    expect((await budgets.list()).map(({ key }) => key)).not.toContain("odd");
    expect(await count(budgets, "odd")).toBe(1);
    expect(await budgets.get("odd")).toEqual(breaker(1));
  });
});

import { describe, expect, it } from "vitest";
import type { HistoryEntry } from "../../src/domain/operation.ts";
import { freshRegistry, type RuleTables, ruleTablesUnderTest } from "./rule-tables.ts";
import { anEntry, anOperation } from "./sample-rule.ts";

/** "2026-11-21T02:00:0n.000Z" */
const second = (n: number) => `2026-11-21T02:00:${String(n).padStart(2, "0")}.000Z`;

async function write({ rules }: RuleTables, entries: readonly HistoryEntry[]): Promise<void> {
  for (const history of entries) await rules.commit({ registry: history.registry, history });
}

async function allPages(
  { history }: RuleTables,
  registry: string,
  limit: number,
  resource?: string,
) {
  const pages: (readonly string[])[] = [];
  let after: string | undefined;
  do {
    const page = await history.list(registry, { limit, after, resource });
    pages.push(page.entries.map(({ at }) => at.slice(17, 19)));
    after = page.next;
  } while (after !== undefined);
  return pages;
}

describe.each(ruleTablesUnderTest())("operations: $name", ({ make }) => {
  it("gives back an operation as it was last committed, whatever the case of its id", async () => {
    const { rules, operations } = make();
    const registry = freshRegistry();
    const operation = anOperation(registry, "aaaaaaaaaaaaaaaaaaaaaaaaad");
    const ended = {
      ...operation,
      status: "Failed" as const,
      error: { code: "UpstreamNotSupported", message: "no", target: "source" },
      result: "nothing done",
    };
    await rules.commit({ registry, operation });
    await rules.commit({ registry, operation: ended });

    expect(await operations.get(operation.id)).toEqual(ended);
    expect(await operations.get(operation.id.toUpperCase())).toEqual(ended);
  });

  it.each([
    "",
    "-",
    "contoso",
    "contoso-",
    "a/b-c",
    "contoso-x' or '1",
    "contoso-unknown",
    "x".repeat(2000),
  ])("knows no operation %j", async (id) => {
    expect(await make().operations.get(id)).toBeUndefined();
  });
});

describe.each(ruleTablesUnderTest())("history: $name", ({ make }) => {
  it("is empty for a registry nobody wrote to", async () => {
    expect(await make().history.list(freshRegistry(), { limit: 5 })).toEqual({ entries: [] });
  });

  it("lists newest first, page by page, each entry once", async () => {
    const tables = make();
    const registry = freshRegistry();
    await write(
      tables,
      [3, 1, 5, 2, 4].map((n) => anEntry(registry, second(n))),
    );

    expect(await allPages(tables, registry, 2)).toEqual([["05", "04"], ["03", "02"], ["01"]]);
    expect(await allPages(tables, registry, 5)).toEqual([["05", "04", "03", "02", "01"]]);
    expect(await allPages(tables, registry, 1)).toEqual([["05"], ["04"], ["03"], ["02"], ["01"]]);
  });

  it("keeps every entry of one millisecond", async () => {
    const tables = make();
    const registry = freshRegistry();
    await write(
      tables,
      ["one", "two", "three"].map((message) => anEntry(registry, second(1), { message })),
    );

    const { entries } = await tables.history.list(registry, { limit: 10 });
    expect(entries.map(({ message }) => message).sort()).toEqual(["one", "three", "two"]);
  });

  it("takes up to a hundred lines at once that belong to no change", async () => {
    const tables = make();
    const registry = freshRegistry();
    const lines = Array.from({ length: 101 }, (_, n) => anEntry(registry, second(n % 60)));
    await tables.history.append(registry, []);
    await tables.history.append(registry.toUpperCase(), lines.slice(0, 100));

    await expect(tables.history.append(registry, lines)).rejects.toMatchObject({
      reason: "invalid",
    });
    const { entries } = await tables.history.list(registry, { limit: 200 });
    expect(entries).toHaveLength(100);
    expect([entries[0]?.at, entries.at(-1)?.at]).toEqual([second(59), second(0)]);
  });

  it("filters by rule, without case, and pages within the filter", async () => {
    const tables = make();
    const registry = freshRegistry();
    await write(
      tables,
      [1, 2, 3, 4, 5, 6].map((n) =>
        anEntry(registry, second(n), { resource: n % 2 ? "Nginx" : "redis" }),
      ),
    );

    expect(await allPages(tables, registry, 2, "nginx")).toEqual([["05", "03"], ["01"]]);
    expect(await allPages(tables, registry, 2, "x' or resource ne '")).toEqual([[]]);
  });

  it("starts from the newest for a continuation that is none of its own", async () => {
    const tables = make();
    const registry = freshRegistry();
    await write(tables, [anEntry(registry, second(1))]);

    expect((await tables.history.list(registry, { limit: 5, after: "" })).entries).toHaveLength(1);
  });

  it("prunes what is older than the two instants, and says how much", async () => {
    const tables = make();
    const registry = freshRegistry();
    await write(
      tables,
      [1, 2, 3].map((n) => anEntry(registry, second(n))),
    );
    const operation = (n: number) =>
      anOperation(registry, `aaaaaaaaaaaaaaaaaaaaaaaaa${n + 1}`, {
        status: "Succeeded",
        updatedAt: second(n),
      });
    for (const n of [1, 2, 3]) await tables.rules.commit({ registry, operation: operation(n) });

    const before = { operations: second(3), history: second(2) };
    expect(await tables.history.prune(registry, before)).toBe(3);
    expect(await allPages(tables, registry, 5)).toEqual([["03", "02"]]);
    expect(await tables.operations.get(operation(2).id)).toBeUndefined();
    expect(await tables.operations.get(operation(3).id)).toBeDefined();
    expect(await tables.history.prune(registry, before)).toBe(0);
  });

  it.each([
    ["NotStarted", true],
    ["Running", true],
    ["Succeeded", false],
    ["Failed", false],
    ["Canceled", false],
  ] as const)("leaves an old operation that is %s: %s", async (status, left) => {
    const tables = make();
    const registry = freshRegistry();
    const operation = anOperation(registry, "aaaaaaaaaaaaaaaaaaaaaaaaab", { status });
    await tables.rules.commit({ registry, operation });

    const before = { operations: second(9), history: second(9) };
    expect(await tables.history.prune(registry, before)).toBe(left ? 0 : 1);
    expect(await tables.operations.get(operation.id)).toEqual(left ? operation : undefined);
  });

  it("prunes more rows than one transaction takes, and leaves rules and version alone", async () => {
    const tables = make();
    const registry = freshRegistry();
    await tables.rules.commit({ registry, version: "" });
    const { version } = await tables.rules.read(registry);
    await Promise.all(
      Array.from({ length: 230 }, (_, n) =>
        tables.rules.commit({ registry, history: anEntry(registry, second(n % 60)) }),
      ),
    );

    const before = { operations: second(0), history: "2026-11-21T03:00:00.000Z" };
    expect(await tables.history.prune(registry, before)).toBe(230);
    expect((await tables.rules.read(registry)).version).toBe(version);
    expect(await tables.history.list(registry, { limit: 5 })).toEqual({ entries: [] });
  });
});

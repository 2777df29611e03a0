import { describe, expect, it } from "vitest";
import { refreshTable } from "../../src/azure/refresh-table.ts";
import type { RefreshStore } from "../../src/domain/refresh-ports.ts";
import { fakeRefreshStore } from "../fakes/refresh-store.ts";
import { azuriteStorage, freshRegistry } from "./rule-tables.ts";
import { aRefresh, aResult, fullResult, someProgress } from "./sample-refresh.ts";

const storage = azuriteStorage();
const fake = fakeRefreshStore();
const stores: readonly { name: string; make: () => RefreshStore }[] = [
  { name: "fake", make: () => fake },
  { name: "Table Storage", make: () => refreshTable(storage()) },
];

const now = "2026-11-21T02:00:00.000Z";
const nginx = "library/nginx";
const moved = { reason: "stale", problem: { code: "RefreshChanged" } };

describe.each(stores)("refreshes: $name", ({ make }) => {
  it("gives back a refresh as it was last written, whatever the case of its id", async () => {
    const store = make();
    const registry = freshRegistry();
    const request = {
      repositories: [nginx],
      tags: ["latest", "/^v\\d+$/"],
      dryRun: true,
      strategy: "purge",
    } as const;
    const refresh = aRefresh(registry, "aaab", {}, { request });
    await store.create(refresh);
    const { id } = refresh.operation;
    const held = await store.get(id);
    const planned = { ...refresh, planned: true };
    const etag = await store.update(planned, held?.etag ?? "");

    expect(held?.value).toEqual(refresh);
    expect(await store.get(id.toUpperCase())).toEqual({ value: planned, etag });
    expect(etag).not.toBe(held?.etag);
  });

  it.each(["", "-", "contoso", "a/b-c", "contoso-x' or '1", "contoso-unknown", "x".repeat(2000)])(
    "knows no refresh %j",
    async (id) => {
      expect(await make().get(id)).toBeUndefined();
    },
  );

  it("refuses to create one twice, and to change one that moved", async () => {
    const store = make();
    const refresh = aRefresh(freshRegistry(), "aaab");
    await expect(store.update(refresh, 'W/"x"')).rejects.toMatchObject(moved);
    await store.create(refresh);
    const old = (await store.get(refresh.operation.id))?.etag ?? "";
    await store.update(refresh, old);

    await expect(store.create(refresh)).rejects.toMatchObject(moved);
    await expect(store.update(refresh, old)).rejects.toMatchObject(moved);
  });

  it("finds those of a registry that have not ended", async () => {
    const store = make();
    const registry = freshRegistry();
    const statuses = ["NotStarted", "Running", "Succeeded", "Failed", "Canceled"] as const;
    for (const [n, status] of statuses.entries())
      await store.create(aRefresh(registry, `aaa${n}`, { status }));
    await store.create(aRefresh(`${registry}0`, "aaab"));

    const open = await store.open(registry.toUpperCase());
    expect(open.map(({ operation }) => operation.status)).toEqual(["NotStarted", "Running"]);
  });

  it("prunes those that ended before then, with all their rows, ten a run", async () => {
    const store = make();
    const registry = freshRegistry();
    const old = { updatedAt: "2026-11-20T00:00:00.000Z" };
    for (let n = 10; n < 22; n += 1) {
      const refresh = aRefresh(registry, `aa${n}`, { status: "Succeeded", ...old });
      await store.create(refresh);
      await store.plan(refresh.operation.id, [nginx], now);
      await store.record(refresh.operation.id, someProgress(nginx), [aResult(nginx, "latest")]);
    }
    await store.create(aRefresh(registry, "open", { status: "Running", ...old }));
    await store.create(aRefresh(registry, "late", { status: "Failed", updatedAt: now }));

    expect(await store.prune(registry, "2026-11-21T00:00:00.000Z")).toBe(10);
    expect(await store.prune(registry, "2026-11-21T00:00:00.000Z")).toBe(2);
    expect(await store.prune(registry, "2026-11-21T00:00:00.000Z")).toBe(0);
    expect(await store.get(`${registry}-aa15`)).toBeUndefined();
    expect(await store.progress(`${registry}-aa15`)).toEqual([]);
    expect(await store.results(`${registry}-aa15`, { limit: 5 })).toEqual({ results: [] });
    expect(await store.get(`${registry}-open`)).toBeDefined();
    expect(await store.get(`${registry}-late`)).toBeDefined();
  });
});

describe.each(stores)("progress and results: $name", ({ make }) => {
  it("plans repositories once, and leaves those alone that have begun", async () => {
    const store = make();
    const id = `${freshRegistry()}-aaab`;
    const many = Array.from({ length: 230 }, (_, n) => `app/${String(n).padStart(3, "0")}`);
    await store.plan(id, [nginx, "a"], now);
    await store.record(id, someProgress("a", { counts: { stale: 1 } }), []);
    await store.plan(id, [...many, nginx, "a", "a"], "2026-11-21T03:00:00.000Z");

    const rows = await store.progress(id);
    expect(rows.map(({ repository }) => repository)).toEqual(["a", ...many, nginx]);
    expect(rows[0]).toEqual(someProgress("a", { counts: { stale: 1 } }));
    expect(rows.at(-1)).toEqual({
      repository: nginx,
      status: "waiting",
      passed: false,
      counts: {},
      updatedAt: now,
    });
    expect(await store.progressOf(id, nginx)).toEqual(rows.at(-1));
    expect(await store.progressOf(id, "none")).toBeUndefined();
  });

  it("plans together with others that plan the same", async () => {
    const id = `${freshRegistry()}-aaab`;
    const some = Array.from({ length: 130 }, (_, n) => `app/${n}`);
    await Promise.all([
      make().plan(id, some, now),
      make().plan(id, [...some].reverse(), now),
      make().plan(id, some.slice(30, 90), now),
    ]);

    expect(await make().progress(id)).toHaveLength(130);
  });

  it("writes progress and results together, and results anew", async () => {
    const store = make();
    const id = `${freshRegistry()}-aaab`;
    const pass = {
      startedAt: now,
      after: "latest",
      listed: 2,
      ordered: true,
      listedAll: false,
    };
    const progress = someProgress(nginx, { pass, message: "why" });
    await store.record(id, someProgress(nginx), [aResult(nginx, "latest", { status: "stale" })]);
    await store.record(id, progress, [
      aResult(nginx, "1.27", { status: "stale" }),
      aResult(nginx, "1.27"),
      fullResult(nginx, "latest"),
    ]);

    expect(await store.progress(id)).toEqual([progress]);
    expect(await store.results(id, { limit: 5 })).toEqual({
      results: [aResult(nginx, "1.27"), fullResult(nginx, "latest")],
    });
  });

  it("writes 99 results at once, and not one more", async () => {
    const store = make();
    const id = `${freshRegistry()}-aaab`;
    const results = Array.from({ length: 100 }, (_, n) => aResult(nginx, `t${n}`));
    await store.record(id, someProgress(nginx), results.slice(0, 99));

    await expect(store.record(id, someProgress(nginx), results)).rejects.toMatchObject({
      reason: "invalid",
      problem: { code: "ChangeTooLarge" },
    });
    expect((await store.results(id, { limit: 200 })).results).toHaveLength(99);
  });

  it.each([
    ["few", ["t5", "t1", "none", "t1"], ["t1", "t5"]],
    [
      "many",
      ["t9", "t8", "t7", "t6", "t5", "t4", "t3", "t2", "t0", "t00", "a", "z"],
      ["t0", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9"],
    ],
    ["no", [], []],
  ])("finds the results of %s tags", async (_case, tags, found) => {
    const store = make();
    const id = `${freshRegistry()}-aaab`;
    const names = Array.from({ length: 10 }, (_, n) => `t${n}`);
    const results = names.map((tag) => aResult(nginx, tag));
    await store.record(id, someProgress(nginx), results);
    await store.record(id, someProgress("library/redis"), [aResult("library/redis", "t00")]);

    expect(await store.resultsOf(id, nginx, tags)).toEqual(found.map((tag) => aResult(nginx, tag)));
  });

  it("pages results by repository and tag, and filters by status", async () => {
    const store = make();
    const id = `${freshRegistry()}-aaab`;
    for (const repository of ["b", "a/b", "a.b", "a"])
      await store.record(id, someProgress(repository), [
        aResult(repository, "2", { status: "stale" }),
        aResult(repository, "1"),
      ]);
    const first = await store.results(id, { limit: 3 });
    const second = await store.results(id, { limit: 9, after: first.next });
    const named = [...first.results, ...second.results].map(
      (one) => `${one.repository}:${one.tag}`,
    );
    const stale = await store.results(id, { limit: 9, status: "stale" });

    expect(named).toEqual(["a:1", "a:2", "a.b:1", "a.b:2", "a/b:1", "a/b:2", "b:1", "b:2"]);
    expect(second.next).toBeUndefined();
    expect(stale.results.map(({ repository }) => repository)).toEqual(["a", "a.b", "a/b", "b"]);
    expect(await store.results(`${id}x`, { limit: 9 })).toEqual({ results: [] });
  });
});

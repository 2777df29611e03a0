import { describe, expect, it } from "vitest";
import type { TagChange } from "../../src/domain/refresh-ports.ts";
import { freshRegistry } from "./rule-tables.ts";
import {
  aState,
  aTag,
  digestOf,
  fullState,
  fullTag,
  seedTags,
  tagStoresUnderTest,
} from "./sample-tag.ts";

const nginx = "library/nginx";
const moved = { reason: "stale", problem: { code: "RepositoryChanged", target: nginx } };
const pinOf = (tag: string) => ({
  tag,
  reason: "audited",
  by: "alice",
  since: "2026-11-21T02:00:00.000Z",
});
const leftBehind = (digit: string) => ({
  digest: digestOf(digit),
  tag: "latest",
  since: "2026-11-21T02:00:00.000Z",
});

describe.each(tagStoresUnderTest())("tag store: $name", ({ make }) => {
  it("knows nothing of a repository nobody wrote to", async () => {
    const store = make();
    const registry = freshRegistry();

    expect(await store.states(registry)).toEqual([]);
    expect(await store.state(registry, nginx)).toBeUndefined();
    expect(await store.range(registry, nginx, undefined, undefined)).toEqual([]);
    expect(await store.pins(registry, nginx)).toEqual([]);
    expect(await store.superseded(registry, nginx)).toEqual([]);
    expect(await store.list(registry, { limit: 5 })).toEqual({ tags: [] });
  });

  it("gives back everything as it was written, whatever the case of the registry", async () => {
    const store = make();
    const registry = freshRegistry();
    const state = fullState(registry, nginx);
    const pin = { ...pinOf("1.27"), until: "2027-01-01T00:00:00.000Z" };
    const change: TagChange = {
      state,
      etag: undefined,
      put: [fullTag(registry, "latest"), aTag(registry, "1.27")],
      pin,
      superseded: [leftBehind("1")],
    };
    const etag = await store.write(change);

    expect(await store.state(registry.toUpperCase(), nginx)).toEqual({ value: state, etag });
    expect(await store.states(registry.toUpperCase())).toEqual([{ value: state, etag }]);
    expect(await store.range(registry, nginx, undefined, undefined)).toEqual([
      aTag(registry, "1.27"),
      fullTag(registry, "latest"),
    ]);
    expect(await store.pins(registry, nginx)).toEqual([pin]);
    expect(await store.superseded(registry, nginx)).toEqual([leftBehind("1")]);
  });

  it("writes rows anew, and takes them away", async () => {
    const store = make();
    const registry = freshRegistry();
    const state = aState(registry);
    const first = await store.write({
      state,
      etag: undefined,
      put: [aTag(registry, "a", { dueAt: "2026-11-21T02:00:00.000Z" }), aTag(registry, "b")],
      pin: pinOf("a"),
      superseded: [leftBehind("1"), leftBehind("2")],
    });
    const second = await store.write({
      state: { ...state, counts: { stale: 1 } },
      etag: first,
      put: [aTag(registry, "a", { status: "stale" })],
      remove: ["b"],
      unpin: "a",
      cleaned: [digestOf("1")],
    });

    expect(second).not.toBe(first);
    expect((await store.state(registry, nginx))?.etag).toBe(second);
    expect(await store.range(registry, nginx, undefined, undefined)).toEqual([
      aTag(registry, "a", { status: "stale" }),
    ]);
    expect(await store.due(registry, nginx, "2027-01-01T00:00:00.000Z", 5)).toEqual([]);
    expect(await store.pins(registry, nginx)).toEqual([]);
    expect(await store.superseded(registry, nginx)).toEqual([leftBehind("2")]);
  });

  it("takes away what is not there without harm to the rest of the change", async () => {
    const store = make();
    const registry = freshRegistry();
    const state = aState(registry);
    const first = await store.write({ state, etag: undefined, put: [aTag(registry, "a")] });
    const second = await store.write({
      state,
      etag: first,
      put: [aTag(registry, "b")],
      remove: ["a", "never"],
      unpin: "never",
      cleaned: [digestOf("9")],
    });
    await store.write({ state, etag: second, remove: ["never"] });

    const tags = await store.range(registry, nginx, undefined, undefined);
    expect(tags.map(({ tag }) => tag)).toEqual(["b"]);
  });

  it("takes away what is not there from a repository that is new", async () => {
    const store = make();
    const registry = freshRegistry();
    const etag = await store.write({ state: aState(registry), etag: undefined, unpin: "latest" });

    expect((await store.state(registry, nginx))?.etag).toBe(etag);
  });

  it.each([
    ["with rows to write", {}],
    ["with rows to take away", { remove: ["a"] }],
    ["with rows to take away that are not there", { remove: ["a", "never"], unpin: "never" }],
  ])("refuses a change of a state that moved, %s, and does none of it", async (_case, change) => {
    const store = make();
    const registry = freshRegistry();
    const state = aState(registry);
    const put = [aTag(registry, "b")];
    const old = await store.write({ state, etag: undefined, put: [aTag(registry, "a")] });
    await store.write({ state, etag: old });

    await expect(store.write({ state, etag: old, put, ...change })).rejects.toMatchObject(moved);
    await expect(store.write({ state, etag: undefined, put, ...change })).rejects.toMatchObject(
      moved,
    );
    const tags = await store.range(registry, nginx, undefined, undefined);
    expect(tags.map(({ tag }) => tag)).toEqual(["a"]);
  });

  it.each([
    ["with nothing to take away", {}],
    ["with something to take away", { remove: ["a"] }],
  ])("refuses a change of a repository that is forgotten, %s", async (_case, change) => {
    const store = make();
    const registry = freshRegistry();
    const state = aState(registry);
    const etag = await store.write({ state, etag: undefined, put: [aTag(registry, "a")] });
    await store.forget(registry, nginx);

    await expect(store.write({ state, etag, ...change })).rejects.toMatchObject(moved);
    expect(await store.states(registry)).toEqual([]);
  });

  it("lets one of several that write at once through", async () => {
    const registry = freshRegistry();
    const state = aState(registry);
    const etag = await make().write({ state, etag: undefined });
    const outcomes = await Promise.allSettled(
      ["a", "b", "c", "d"].map((tag) => make().write({ state, etag, put: [aTag(registry, tag)] })),
    );

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await make().range(registry, nginx, undefined, undefined)).toHaveLength(1);
  });

  it("writes 98 rows beside the state, and not one more", async () => {
    const store = make();
    const registry = freshRegistry();
    const state = aState(registry);
    const records = Array.from({ length: 98 }, (_, n) => aTag(registry, `t${n}`));
    const etag = await store.write({ state, etag: undefined, put: records });

    const remove = records.map(({ tag }) => tag);
    const tooMuch = store.write({ state, etag, remove, cleaned: [digestOf("1")] });
    await expect(tooMuch).rejects.toMatchObject({
      reason: "invalid",
      problem: { code: "ChangeTooLarge" },
    });
    await store.write({ state, etag, remove });
    expect(await store.range(registry, nginx, undefined, undefined)).toEqual([]);
  });

  it("does with a row that is named twice what is named last", async () => {
    const store = make();
    const registry = freshRegistry();
    await store.write({
      state: aState(registry),
      etag: undefined,
      put: [aTag(registry, "a"), aTag(registry, "a", { status: "stale" }), aTag(registry, "b")],
      remove: ["b"],
    });

    expect(await store.range(registry, nginx, undefined, undefined)).toEqual([
      aTag(registry, "a", { status: "stale" }),
    ]);
  });

  it("forgets a repository with all its rows, and no other", async () => {
    const store = make();
    const registry = freshRegistry();
    const others = ["library/nginx-unprivileged", "library/nginx/a", "library", "library/ngin"];
    for (const repository of others)
      await store.write({
        state: aState(registry, repository),
        etag: undefined,
        put: [aTag(registry, "a", { repository })],
      });
    const records = Array.from({ length: 250 }, (_, n) => aTag(registry, `t${n}`));
    const state = aState(registry);
    const etag = await seedTags(store, state, records);
    await store.write({ state, etag, pin: pinOf("a"), superseded: [leftBehind("1")] });

    await store.forget(registry, nginx);
    await store.forget(registry, nginx);

    const states = await store.states(registry);
    expect(states.map(({ value }) => value.repository)).toEqual([
      "library",
      "library/ngin",
      "library/nginx-unprivileged",
      "library/nginx/a",
    ]);
    const { tags } = await store.list(registry, { limit: 10 });
    expect(tags.map(({ repository }) => repository)).toEqual([
      "library",
      "library/ngin",
      "library/nginx-unprivileged",
      "library/nginx/a",
    ]);
    expect(await store.pins(registry, nginx)).toEqual([]);
    expect(await store.superseded(registry, nginx)).toEqual([]);
  });
});

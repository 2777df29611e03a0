import { describe, expect, it } from "vitest";
import type { TagStore } from "../../src/domain/refresh-ports.ts";
import { freshRegistry } from "./rule-tables.ts";
import { aState, aTag, seedTags, tagStoresUnderTest } from "./sample-tag.ts";

const nginx = "library/nginx";

/** Tags by code point: "-" "." digits, upper case, "_", lower case. */
const ordered = ["1", "1-alpine", "1.2", "1.27", "12", "1_2", "A", "Latest", "_x", "a", "latest"];
const shuffled = ["a", "1.27", "_x", "1", "Latest", "12", "1-alpine", "latest", "1_2", "A", "1.2"];

/** Repositories by code point, whatever their parts. */
const repositories = ["a", "a-b/c", "a.b", "a/b", "a/b-c", "a/b/c", "a0", "a_b", "b"];

async function names(tags: ReturnType<TagStore["range"]>): Promise<readonly string[]> {
  return (await tags).map(({ tag }) => tag);
}

async function allPages(
  store: TagStore,
  registry: string,
  page: Parameters<TagStore["list"]>[1],
): Promise<readonly (readonly string[])[]> {
  const pages: (readonly string[])[] = [];
  let after: string | undefined;
  do {
    const { tags, next } = await store.list(registry, { ...page, after });
    pages.push(tags.map(({ repository, tag }) => `${repository}:${tag}`));
    after = next;
  } while (after !== undefined);
  return pages;
}

describe.each(tagStoresUnderTest())("tag store, lists: $name", ({ make }) => {
  it("orders tags by code point, and reads any part of them", async () => {
    const store = make();
    const registry = freshRegistry();
    const records = shuffled.map((tag) => aTag(registry, tag));
    await seedTags(store, aState(registry), records);
    const range = (after?: string, through?: string) =>
      names(store.range(registry, nginx, after, through));

    expect(await range()).toEqual(ordered);
    expect(await range("1.2", "A")).toEqual(["1.27", "12", "1_2", "A"]);
    expect(await range("1", "1")).toEqual([]);
    expect(await range(undefined, "1")).toEqual(["1"]);
    expect(await range("a")).toEqual(["latest"]);
    expect(await range("latest")).toEqual([]);
    expect(await range("0", "1.25")).toEqual(["1", "1-alpine", "1.2"]);
    expect(await range("1.2x")).toEqual(["12", "1_2", "A", "Latest", "_x", "a", "latest"]);
  });

  it("keeps the tags of one repository apart from those of its neighbours", async () => {
    const store = make();
    const registry = freshRegistry();
    for (const repository of repositories)
      await seedTags(store, aState(registry, repository), [
        aTag(registry, "latest", { repository, reason: repository }),
      ]);

    for (const repository of repositories) {
      const found = await store.range(registry, repository, undefined, undefined);
      expect(found.map(({ reason }) => reason)).toEqual([repository]);
      expect((await store.state(registry, repository))?.value.repository).toBe(repository);
    }
  });

  it("lists repositories by name, and tags by repository and tag", async () => {
    const store = make();
    const registry = freshRegistry();
    for (const repository of [...repositories].reverse())
      await seedTags(store, aState(registry, repository), [
        aTag(registry, "b", { repository }),
        aTag(registry, "a", { repository }),
      ]);

    const states = await store.states(registry);
    expect(states.map(({ value }) => value.repository)).toEqual(repositories);
    const all = repositories.flatMap((name) => [`${name}:a`, `${name}:b`]);
    expect(await allPages(store, registry, { limit: 100 })).toEqual([all]);
    expect((await allPages(store, registry, { limit: 5 })).flat()).toEqual(all);
    expect(await allPages(store, registry, { repository: "a/b", limit: 1 })).toEqual([
      ["a/b:a"],
      ["a/b:b"],
    ]);
  });

  it("filters by status, and pages within the filter", async () => {
    const store = make();
    const registry = freshRegistry();
    const statuses = ["fresh", "stale", "fresh", "stale", "stale", "gone"] as const;
    const records = statuses.map((status, n) => aTag(registry, `t${n}`, { status }));
    await seedTags(store, aState(registry), records);

    expect(await allPages(store, registry, { status: "stale", limit: 2 })).toEqual([
      ["library/nginx:t1", "library/nginx:t3"],
      ["library/nginx:t4"],
    ]);
    expect(
      await allPages(store, registry, { repository: nginx, status: "gone", limit: 2 }),
    ).toEqual([["library/nginx:t5"]]);
    expect(await allPages(store, registry, { status: "cooling", limit: 2 })).toEqual([[]]);
  });

  it.each(["", "x' or '1' eq '1", "state:", "\u{d800}"])(
    "does not stumble over the continuation or repository %j",
    async (text) => {
      const store = make();
      const registry = freshRegistry();
      await seedTags(store, aState(registry), [aTag(registry, "a")]);
      await store.write({
        state: aState(registry, "library/other"),
        etag: undefined,
        pin: { tag: "a", reason: "", by: "", since: "" },
      });

      const { tags } = await store.list(registry, { limit: 5, after: text });
      expect(tags.length).toBeLessThan(2);
      expect(await store.list(registry, { limit: 5, repository: text })).toEqual({ tags: [] });
    },
  );

  it("finds what is due by now, as many as asked for, and nothing without a date", async () => {
    const store = make();
    const registry = freshRegistry();
    const at = (minute: number) => `2026-11-21T02:0${minute}:00.000Z`;
    await seedTags(store, aState(registry), [
      aTag(registry, "a", { dueAt: at(3) }),
      aTag(registry, "b"),
      aTag(registry, "c", { dueAt: at(1) }),
      aTag(registry, "d", { dueAt: at(2) }),
    ]);
    const other = "library/redis";
    await seedTags(store, aState(registry, other), [
      aTag(registry, "e", { repository: other, dueAt: at(0) }),
    ]);
    const due = (now: string, limit = 10) => names(store.due(registry, nginx, now, limit));

    expect(await due(at(0))).toEqual([]);
    expect(await due(at(2))).toEqual(["c", "d"]);
    expect(await due(at(9))).toEqual(["a", "c", "d"]);
    expect(await due(at(9), 2)).toEqual(["a", "c"]);
    expect(await due(at(9), 0)).toEqual([]);
  });
});

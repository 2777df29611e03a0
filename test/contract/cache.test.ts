import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CacheWorld, cacheWorlds, digestOf } from "./cache-worlds.ts";

const contoso = "contoso";
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => `v${String(index).padStart(3, "0")}`);

describe.each(cacheWorlds)("cache $name", ({ make }) => {
  let world: CacheWorld;
  let seeded = 0;
  beforeAll(async () => {
    world = await make();
  });
  afterAll(() => world.close());

  /** A repository of its own for each test. */
  const seed = (tags: Readonly<Record<string, string>>) => {
    seeded += 1;
    const repository = `team/apps/app${seeded}`;
    world.seed(repository, tags);
    return repository;
  };
  const tagsOf = async (repository: string) =>
    (await world.cache.tags(contoso, repository, undefined))?.tags;

  describe("tags", () => {
    it("come with their digests, a hundred a page", async () => {
      const names = numbered(250);
      const repository = seed(Object.fromEntries(names.map((tag) => [tag, `image ${tag}`])));
      const listed = names.map((tag) => ({ tag, digest: digestOf(`image ${tag}`), locked: false }));

      const one = await world.cache.tags(contoso, repository, undefined);
      const two = await world.cache.tags(contoso, repository, "v099");
      const three = await world.cache.tags(contoso, repository, "v199");

      expect(one).toEqual({ tags: listed.slice(0, 100), next: "v099" });
      expect(two).toEqual({ tags: listed.slice(100, 200), next: "v199" });
      expect(three).toEqual({ tags: listed.slice(200), next: undefined });
    });

    it("have no next page after a full last one", async () => {
      const repository = seed(Object.fromEntries(numbered(100).map((tag) => [tag, "same"])));

      const page = await world.cache.tags(contoso, repository, undefined);

      expect(page?.tags).toHaveLength(100);
      expect(page?.next).toBeUndefined();
    });

    it("go on after one that is gone", async () => {
      const repository = seed({ a: "1", c: "2" });

      expect(
        (await world.cache.tags(contoso, repository, "b"))?.tags.map(({ tag }) => tag),
      ).toEqual(["c"]);
      expect(await world.cache.tags(contoso, repository, "c")).toEqual({
        tags: [],
        next: undefined,
      });
    });

    it("differ by case and may hold dots, dashes and underscores", async () => {
      const repository = seed({ V1: "upper", v1: "lower", "1.2.3-rc_1": "odd" });

      expect(await tagsOf(repository)).toEqual([
        { tag: "1.2.3-rc_1", digest: digestOf("odd"), locked: false },
        { tag: "V1", digest: digestOf("upper"), locked: false },
        { tag: "v1", digest: digestOf("lower"), locked: false },
      ]);
    });

    it("are read one by one", async () => {
      const repository = seed({ latest: "1" });
      const listed = { tag: "latest", digest: digestOf("1"), locked: false };

      expect(await world.cache.tag(contoso, repository, "latest")).toEqual(listed);
      expect(await world.cache.tag(contoso, repository, "other")).toBeUndefined();
    });
  });

  describe("untagging", () => {
    it("leaves the manifest and its other tags", async () => {
      const repository = seed({ latest: "1", stable: "1" });

      expect(await world.cache.untag(contoso, repository, "latest")).toBe("removed");

      expect(await tagsOf(repository)).toEqual([
        { tag: "stable", digest: digestOf("1"), locked: false },
      ]);
      expect(await world.cache.untag(contoso, repository, "stable")).toBe("removed");
      expect(await world.cache.manifest(contoso, repository, digestOf("1"))).toEqual({
        digest: digestOf("1"),
        tags: [],
        locked: false,
      });
      expect(await tagsOf(repository)).toEqual([]);
      expect(await world.cache.counts(contoso, repository)).toEqual({ tags: 0, manifests: 1 });
    });

    it("is done already where there is no such tag or repository", async () => {
      const repository = seed({ latest: "1" });

      expect(await world.cache.untag(contoso, repository, "other")).toBe("absent");
      expect(await world.cache.untag(contoso, "team/none", "latest")).toBe("absent");
    });

    it.each(["deleteEnabled", "writeEnabled"] as const)("heeds a lock (%s)", async (way) => {
      const repository = seed({ latest: "1", other: "1" });
      world.lock(repository, "latest", way);

      expect(await world.cache.untag(contoso, repository, "latest")).toBe("locked");
      expect((await tagsOf(repository))?.map(({ tag, locked }) => [tag, locked])).toEqual([
        ["latest", true],
        ["other", false],
      ]);
      expect((await world.cache.tag(contoso, repository, "latest"))?.locked).toBe(true);
    });
  });

  describe("manifests", () => {
    it("are listed with their tags, a hundred a page", async () => {
      const repository = seed(Object.fromEntries(numbered(101).map((tag) => [tag, tag])));
      world.seed(repository, { again: "v000" });

      const one = await world.cache.manifests(contoso, repository, undefined);
      const two = await world.cache.manifests(contoso, repository, one?.next);

      const listed = [...(one?.manifests ?? []), ...(two?.manifests ?? [])];
      expect([one?.manifests.length, two?.manifests.length, two?.next]).toEqual([
        100,
        1,
        undefined,
      ]);
      expect(listed.map(({ digest }) => digest)).toEqual(numbered(101).map(digestOf).sort());
      const twice = listed.find(({ digest }) => digest === digestOf("v000"));
      expect([twice?.tags.toSorted(), twice?.locked]).toEqual([["again", "v000"], false]);
      expect(await world.cache.counts(contoso, repository)).toEqual({ tags: 102, manifests: 101 });
    });

    it("go with every tag on them, once", async () => {
      const repository = seed({ latest: "1", stable: "1", old: "2" });
      const remove = () => world.cache.removeManifest(contoso, repository, digestOf("1"));

      expect([await remove(), await remove()]).toEqual(["removed", "absent"]);
      expect((await tagsOf(repository))?.map(({ tag }) => tag)).toEqual(["old"]);
    });

    it("stay while a tag on them is locked", async () => {
      const repository = seed({ latest: "1" });
      world.lock(repository, "latest", "deleteEnabled");

      expect(await world.cache.removeManifest(contoso, repository, digestOf("1"))).toBe("locked");
      expect(await world.cache.manifest(contoso, repository, digestOf("1"))).toBeDefined();
    });

    it("that are the last take the repository along", async () => {
      const repository = seed({ latest: "1" });

      await world.cache.removeManifest(contoso, repository, digestOf("1"));

      expect(await tagsOf(repository)).toBeUndefined();
      expect(await world.cache.removeManifest(contoso, repository, digestOf("1"))).toBe("absent");
    });
  });

  it("knows nothing of a repository that does not exist", async () => {
    const none = "team/none";

    expect(await world.cache.tags(contoso, none, undefined)).toBeUndefined();
    expect(await world.cache.tag(contoso, none, "latest")).toBeUndefined();
    expect(await world.cache.counts(contoso, none)).toBeUndefined();
    expect(await world.cache.manifests(contoso, none, undefined)).toBeUndefined();
    expect(await world.cache.manifest(contoso, none, digestOf("1"))).toBeUndefined();
  });
});

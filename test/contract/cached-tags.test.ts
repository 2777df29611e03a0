import { describe, expect, it } from "vitest";
import { pulling } from "./image-pulling.ts";
import { imageWorlds } from "./image-worlds.ts";

/* What becomes of cached tags, for the world in memory and for the real adapters over the stand-in. */

describe.each(imageWorlds)("cached tags $name", ({ make }) => {
  const scene = pulling(make);

  describe("a tag that moved", () => {
    it("is served as it was within its time, then proxied and imported", async () => {
      const before = await scene.cached();
      const after = scene.push();

      expect(await scene.pull()).toBe(before);
      scene.stage.advance(301);

      expect(await scene.pull()).toBe(`${after} upstream`);
      expect(await scene.listed()).toBe(before);
      scene.imported();
      expect([await scene.listed(), await scene.pull()]).toEqual([after, after]);
      expect([await scene.holds(before), await scene.pull(before)]).toEqual([true, before]);
    });

    it("is never looked at again when it sticks", async () => {
      const before = await scene.cached();
      scene.push();
      scene.stage.modes({ tagMode: "sticky" });
      scene.stage.advance(301);

      expect([await scene.pull(), await scene.listed()]).toEqual([before, before]);
    });

    it("is refused when the registry fails", async () => {
      const before = await scene.cached();
      scene.push();
      scene.stage.modes({ tagMode: "fail" });
      scene.stage.advance(301);

      expect([await scene.pull(), await scene.listed()]).toEqual(["couldNotAsk", before]);
      expect(await scene.pull(before)).toBe(before);
    });

    it("and is locked stays", async () => {
      const before = await scene.cached();
      scene.push();
      scene.stage.lock(scene.repository(), "latest");
      scene.stage.advance(301);

      expect([await scene.pull(), await scene.untag()]).toEqual([before, "locked"]);
      expect(
        await scene.stage.cache.tag(scene.stage.registry, scene.repository(), "latest"),
      ).toEqual({
        tag: "latest",
        digest: before,
        locked: true,
      });
      expect(
        await scene.stage.cache.removeManifest(scene.stage.registry, scene.repository(), before),
      ).toBe("locked");
    });

    it("lately is 502 until the registry holds it or half an hour is over", async () => {
      await scene.cached();
      const after = scene.push();
      scene.stage.modes({ badGatewayAfterMoveSeconds: 1800 });
      scene.stage.advance(301);

      expect([await scene.pull(), await scene.pull(after)]).toEqual([
        "couldNotAsk",
        `${after} upstream`,
      ]);
      scene.imported();
      expect(await scene.pull()).toBe(`${after} upstream`);

      scene.imported();
      expect(await scene.pull()).toBe(after);
      const later = scene.push();
      scene.stage.advance(301);
      expect(await scene.pull()).toBe("couldNotAsk");
      scene.stage.advance(1801);
      expect(await scene.pull()).toBe(`${later} upstream`);
    });
  });

  describe("without a tag", () => {
    it("what it named is pulled by digest, and the tag from upstream again", async () => {
      const before = await scene.cached();
      const after = scene.push();

      expect(await scene.untag()).toBe("removed");
      expect(await scene.untag()).toBe("absent");

      expect([await scene.listed(), await scene.pull(before)]).toEqual([undefined, before]);
      expect(await scene.pull()).toBe(`${after} upstream`);
      scene.imported();
      expect([await scene.listed(), await scene.pull()]).toEqual([after, after]);
    });

    it("upstream's is not known any more in a registry that forgets, until that is over", async () => {
      const before = await scene.cached();
      scene.push("other");
      scene.stage.modes({ unknownAfterDelete: true });

      await scene.untag();

      expect([await scene.pull(), await scene.pull(before)]).toEqual(["absent", before]);
      expect(await scene.pull("other")).toMatch(/upstream$/);
      scene.stage.modes();
      expect(await scene.pull()).toBe(`${before} upstream`);
    });

    it("nothing is left of a repository whose last manifest is removed", async () => {
      scene.single();
      const digest = await scene.cached();

      expect(await scene.stage.cache.counts(scene.stage.registry, scene.repository())).toEqual({
        tags: 1,
        manifests: 1,
      });
      const remove = () =>
        scene.stage.cache.removeManifest(scene.stage.registry, scene.repository(), digest);
      expect([await remove(), await remove()]).toEqual(["removed", "absent"]);
      expect(
        await scene.stage.cache.tags(scene.stage.registry, scene.repository(), undefined),
      ).toBeUndefined();
    });
  });

  describe("upstream trouble", () => {
    it.each([
      ["down", "couldNotAsk"],
      ["throttled", "couldNotAsk"],
      ["tags hidden", "absent"],
    ] as const)(
      "%s leaves a cached tag alone, and is %s when ACR is strict",
      async (trouble, strict) => {
        const digest = await scene.cached();
        scene.stage.upstream(trouble);
        scene.stage.advance(301);

        expect(await scene.pull()).toBe(digest);
        scene.stage.modes({ staleIfError: false });

        expect(await scene.pull()).toBe(strict);
        expect([await scene.listed(), await scene.pull(digest)]).toEqual([digest, digest]);
      },
    );

    it.each([
      ["down", "couldNotAsk"],
      ["throttled", "couldNotAsk"],
      ["tags hidden", "absent"],
      ["no pulls left", "couldNotAsk"],
    ] as const)("%s makes what is not held %s", async (trouble, expected) => {
      scene.push();
      scene.stage.upstream(trouble);

      expect(await scene.pull()).toBe(expected);
    });

    it("without pulls left refuses a tag that moved, and not one that did not", async () => {
      const digest = await scene.cached();
      scene.stage.upstream("no pulls left");
      scene.stage.advance(301);

      expect(await scene.pull()).toBe(digest);
      scene.push();
      scene.stage.advance(301);
      expect(await scene.pull()).toBe("couldNotAsk");
    });

    it("keeps an image from being imported, and not an index", async () => {
      scene.push();
      const [amd64] = await scene.children("latest");
      await scene.pull(amd64?.digest);
      scene.stage.upstream("down");
      scene.imported();

      expect(await scene.listed()).toBeDefined();
      expect(await scene.holds(amd64?.digest)).toBe(false);
    });
  });

  describe("listings", () => {
    it("are whole, or half and without a sign of it", async () => {
      const tags = ["a", "b", "c", "d"];
      for (const tag of tags) scene.push(tag);
      for (const tag of tags) await scene.pull(tag);
      scene.imported();
      const names = async () =>
        (
          await scene.stage.cache.tags(scene.stage.registry, scene.repository(), undefined)
        )?.tags.map(({ tag }) => tag);

      expect(await names()).toEqual(tags);
      expect(
        (await scene.stage.cache.tags(scene.stage.registry, scene.repository(), "b"))?.tags.map(
          ({ tag }) => tag,
        ),
      ).toEqual(["c", "d"]);
      scene.stage.modes({ listing: "partial" });

      expect(await names()).toEqual(["a", "b"]);
      expect(
        (await scene.stage.cache.manifests(scene.stage.registry, scene.repository(), undefined))
          ?.manifests,
      ).toHaveLength(2);
      expect(await scene.stage.cache.counts(scene.stage.registry, scene.repository())).toEqual({
        tags: 4,
        manifests: 4,
      });
    });

    it("come in pages of a hundred", async () => {
      const tags = Array.from({ length: 101 }, (_, index) => `v${String(index).padStart(3, "0")}`);
      for (const tag of tags) scene.push(tag);
      await Promise.all(tags.map((tag) => scene.pull(tag)));
      scene.imported();

      const first = await scene.stage.cache.tags(
        scene.stage.registry,
        scene.repository(),
        undefined,
      );
      const second = await scene.stage.cache.tags(
        scene.stage.registry,
        scene.repository(),
        first?.next,
      );

      expect(first?.tags.map(({ tag }) => tag)).toEqual(tags.slice(0, 100));
      expect(second?.tags.map(({ tag }) => tag)).toEqual(["v100"]);
      expect(second?.next).toBeUndefined();
    });
  });
});

import { describe, expect, it } from "vitest";
import { pulledText, pulling } from "./image-pulling.ts";
import { imageWorlds } from "./image-worlds.ts";

/* A first pull through a registry, for the world in memory and for the real adapters over the stand-in. */

describe.each(imageWorlds)("a first pull $name", ({ make }) => {
  const scene = pulling(make);
  it("is proxied, and held once it is imported", async () => {
    const digest = scene.push();

    expect(await scene.pull()).toBe(`${digest} upstream`);
    expect([await scene.listed(), await scene.holds(digest)]).toEqual([undefined, false]);
    scene.imported();

    expect([await scene.listed(), await scene.holds(digest)]).toEqual([digest, true]);
    expect(await scene.pull()).toBe(digest);
  });

  it("by digest is held without a tag", async () => {
    const digest = scene.push();

    await scene.pull(digest);
    scene.imported();

    expect([await scene.listed(), await scene.holds(digest)]).toEqual([undefined, true]);
    expect(await scene.pull(digest)).toBe(digest);
  });

  it("brings the index without its platforms, which are pulled by digest", async () => {
    scene.push("latest", ["linux/amd64", "linux/arm64"]);
    const [amd64, arm64] = await scene.children("latest");
    await scene.pull(amd64?.digest);
    scene.imported();

    expect([amd64?.platform, arm64?.platform]).toEqual(["linux/amd64", "linux/arm64"]);
    expect(await scene.holds(amd64?.digest)).toBe(true);
    expect(await scene.holds(arm64?.digest)).toBe(false);
    expect(await scene.pull(arm64?.digest)).toBe(`${arm64?.digest ?? ""} upstream`);
  });

  it("of an image without an index brings it whole", async () => {
    scene.single();
    const digest = scene.push();
    expect(await scene.children("latest")).toEqual([]);
    scene.imported();

    expect([await scene.listed(), await scene.pull()]).toEqual([digest, digest]);
  });

  it("of what nobody has is absent, and under no rule, too", async () => {
    scene.push();

    expect(await scene.pull("no-such-tag")).toBe("absent");
    expect(
      pulledText(await scene.stage.pulls.get(scene.stage.registry, "elsewhere/app", "latest")),
    ).toBe("absent");
    expect(
      await scene.stage.cache.tags(scene.stage.registry, "elsewhere/app", undefined),
    ).toBeUndefined();
    expect(await scene.stage.cache.counts(scene.stage.registry, "elsewhere/app")).toBeUndefined();
  });

  it("is never held when nothing can be imported", async () => {
    const digest = scene.push();
    scene.stage.modes({ import: "never" });

    await scene.pull();
    scene.imported();

    expect([await scene.pull(), await scene.listed()]).toEqual([`${digest} upstream`, undefined]);
  });

  it("is charged to the account of the rule while it is proxied, and HEAD is not", async () => {
    scene.push();
    const before = scene.stage.pullsLeft();

    await scene.stage.pulls.head(scene.stage.registry, scene.repository(), "latest");
    expect(scene.stage.pullsLeft()).toBe(before);
    await scene.pull();
    await scene.pull();
    expect(scene.stage.pullsLeft()).toBe(before - 2);
    scene.imported();
    await scene.pull();

    expect(scene.stage.pullsLeft()).toBe(before - 2);
  });

  it.each([
    [false, undefined],
    [true, "held"],
  ] as const)("by HEAD alone, importing on HEAD being %s, leaves it %s", async (on, expected) => {
    const digest = scene.push();
    scene.stage.modes({ importOnHead: on });

    const head = await scene.stage.pulls.head(scene.stage.registry, scene.repository(), "latest");
    scene.imported();

    expect(pulledText(head)).toBe(`${digest} upstream`);
    expect((await scene.listed()) && "held").toBe(expected);
  });
});

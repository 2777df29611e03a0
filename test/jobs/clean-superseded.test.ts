import { describe, expect, it } from "vitest";
import { repository, type Stage, source, stage } from "./refresh-stage.ts";

const both = ["linux/amd64", "linux/arm64"];
const week = 7 * 86_400;

/** Refreshes "latest" once, and answers what it was and what it is. */
async function refreshed(set: Stage): Promise<{ readonly old: string; readonly now: string }> {
  const old = set.cached("latest");
  const now = set.push("latest");
  set.ports.clock.advance(400);
  await set.sweep(600);
  expect(set.listed("latest")).toBe(now);
  return { old, now };
}

const manifestsOf = ({ ports }: Stage) =>
  ports.world.images("contoso").repositories.get(repository)?.manifests ?? new Map();
const childrenOf = (set: Stage, digest: string): readonly string[] =>
  (set.ports.world.upstream.find(source, digest)?.children ?? []).map((child) => child.digest);

/** A day passes, and the schedule comes round. */
async function later(set: Stage, seconds: number): Promise<void> {
  set.ports.clock.advance(seconds);
  await set.sweep(30);
}

describe("manifests that a refresh left without a tag", () => {
  it("are kept for the retention time, and then go with their platforms", async () => {
    const set = stage({ policy: { platforms: both } });
    const { old, now } = await refreshed(set);
    const platforms = childrenOf(set, old);
    expect(platforms).toHaveLength(2);

    await later(set, week - 4000);
    expect([...manifestsOf(set).keys()]).toEqual(expect.arrayContaining([old, ...platforms]));

    await later(set, 86_400);
    expect(new Set(manifestsOf(set).keys())).toEqual(new Set([now, ...childrenOf(set, now)]));
  });

  it("keep platforms that a tagged index still has", async () => {
    const set = stage({ policy: { platforms: both } });
    const { ports, cached, sweep, listed } = set;
    const old = cached("latest");
    const now = ports.world.upstream.push(source, "latest", {
      platforms: both,
      changed: ["linux/amd64"],
    }).digest;
    ports.clock.advance(400);
    await sweep(600);
    expect(listed("latest")).toBe(now);
    const [, shared = ""] = childrenOf(set, old);
    expect(childrenOf(set, now)).toContain(shared);

    await later(set, week + 90_000);

    expect(manifestsOf(set).has(old)).toBe(false);
    expect(manifestsOf(set).has(shared)).toBe(true);
  });

  it("stay when they have a tag again, and when somebody locked them", async () => {
    const set = stage({ policy: { platforms: both } });
    const { old } = await refreshed(set);
    set.ports.world.upstream.point(source, "1.1", old);
    set.ports.world.seed("contoso", repository, "1.1", both);

    await later(set, week + 90_000);

    expect(manifestsOf(set).has(old)).toBe(true);
    expect(set.listed("1.1")).toBe(old);
  });

  it("stay while the registry does not list everything", async () => {
    const set = stage({ policy: { platforms: both } });
    const { old } = await refreshed(set);
    set.ports.world.configure("contoso", { listing: "partial" });

    await later(set, week + 90_000);

    expect(manifestsOf(set).has(old)).toBe(true);
    expect(set.ports.world.log.filter(({ kind }) => kind === "removeManifest")).toEqual([]);
  });

  it("are only those that Larder itself superseded", async () => {
    const set = stage({ policy: { platforms: both } });
    const old = set.cached("latest");
    set.push("latest");
    set.ports.clock.advance(400);
    set.ports.world.userPull("contoso", repository, "latest", "linux/amd64");
    set.ports.clock.advance(10);
    set.ports.world.userPull("contoso", repository, "latest", "linux/arm64");
    await set.sweep(600);

    await later(set, week + 90_000);

    expect(manifestsOf(set).has(old)).toBe(true);
  });
});

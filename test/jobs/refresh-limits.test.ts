import { describe, expect, it } from "vitest";
import { pinTag } from "../../src/jobs/pin-tag.ts";
import { anna } from "./people.ts";
import { repository, stage } from "./refresh-stage.ts";

const both = ["linux/amd64", "linux/arm64"];

describe("what is left alone", () => {
  it("a pinned tag, until its pin ends", async () => {
    const {
      ports,
      cached,
      push,
      sweep: pass,
      listed,
      record,
    } = stage({ policy: { platforms: both } });
    const old = cached("latest");
    const moved = push("latest");
    ports.clock.advance(400);
    const until = new Date(ports.clock.milliseconds() + 3_600_000).toISOString();
    await pinTag(
      ports,
      "contoso",
      { repository, tag: "latest", reason: "known good", until },
      anna,
    );

    await pass(1000);
    expect(listed("latest")).toBe(old);
    expect(await record("latest")).toMatchObject({ status: "pinned", dueAt: until });

    await pass(5000);
    expect(listed("latest")).toBe(moved);
  });

  it("a locked tag", async () => {
    const {
      ports,
      cached,
      push,
      sweep: pass,
      listed,
      record,
    } = stage({ policy: { strategy: "purge" } });
    const old = cached("latest");
    push("latest");
    ports.world.lock("contoso", repository, "latest", true);
    ports.clock.advance(400);

    await pass(1000);

    expect(listed("latest")).toBe(old);
    expect(await record("latest")).toMatchObject({ status: "locked" });
  });

  it("what the rule excludes, also on demand", async () => {
    const { ports, cached, push, ask, work, listed } = stage({ policy: { exclude: ["1.26*"] } });
    const old = cached("1.26.1");
    push("1.26.1");
    ports.clock.advance(400);

    await ask({ tags: ["1.26.1"] });
    await work(600);

    expect(listed("1.26.1")).toBe(old);
  });
});

describe("a cool-off", () => {
  it("is waited for, and then followed without a further pass", async () => {
    const {
      ports,
      cached,
      push,
      sweep: pass,
      record,
      listed,
    } = stage({
      policy: { minimumAge: "PT2H", platforms: both },
    });
    cached("latest");
    ports.clock.advance(400);
    const moved = push("latest");

    await pass(600);
    expect(await record("latest")).toMatchObject({ status: "cooling", moved: { digest: moved } });
    await pass(7200);

    expect(listed("latest")).toBe(moved);
    expect((await record("latest"))?.status).toBe("fresh");
  });

  it("that ACR did not heed is told, in the record and in the history", async () => {
    const {
      ports,
      cached,
      push,
      sweep: pass,
      record,
      work,
    } = stage({
      policy: { minimumAge: "P1D", platforms: both },
    });
    cached("latest");
    ports.clock.advance(400);
    const moved = push("latest");
    await pass(60);
    ports.world.userPull("contoso", repository, "latest", "linux/amd64");
    await work(30);
    ports.clock.advance(21_600);
    await pass(60);

    expect(await record("latest")).toMatchObject({
      status: "fresh",
      cached: moved,
      adoptedEarly: { digest: moved },
    });
    const { entries } = await ports.history.list("contoso", { limit: 5 });
    expect(entries.map(({ event }) => event)).toContain("adoptedEarly");
  });
});

describe("tags that are new upstream", () => {
  it("are warmed where the rule follows them, before anybody pulls them", async () => {
    const {
      ports,
      cached,
      push,
      sweep: pass,
      record,
      listed,
    } = stage({
      policy: { followNew: true, platforms: ["linux/arm64"] },
    });
    cached("latest");
    const fresh = push("1.30");
    push("nightly");

    await pass(600);

    expect(listed("1.30")).toBe(fresh);
    expect(listed("nightly")).toBeUndefined();
    expect(await record("1.30")).toMatchObject({ status: "fresh", lastGood: { digest: fresh } });
    expect(ports.world.canPull("contoso", repository, "1.30")).toMatchObject({
      kind: "served",
      platforms: expect.arrayContaining(["linux/arm64"]),
    });
  });

  it("are left alone where it does not", async () => {
    const { cached, push, sweep: pass, listed } = stage();
    cached("latest");
    push("1.30");

    await pass(600);

    expect(listed("1.30")).toBeUndefined();
  });
});

describe("the registry's request limit", () => {
  it("puts tags off to the next minute, and none is forgotten", async () => {
    const { ports, cached, push, sweep: pass, record } = stage({ policy: { platforms: both } });
    ports.requests.limit({ reads: 30, deletes: 10 });
    const tags = Array.from({ length: 12 }, (_, index) => `1.${index}`);
    for (const tag of tags) {
      cached(tag);
      push(tag);
    }
    ports.clock.advance(400);

    await pass(3600);

    const statuses = await Promise.all(tags.map(async (tag) => (await record(tag))?.status));
    expect(new Set(statuses)).toEqual(new Set(["fresh"]));
  });
});

describe("a long list of tags", () => {
  it("is worked off over several messages, and purged only when it was read to its end", async () => {
    const {
      ports,
      cached,
      push,
      sweep: pass,
      record,
    } = stage({
      policy: { strategy: "purge", platforms: both },
      settings: { messageSeconds: 0 },
    });
    ports.world.configure("contoso", { tagMode: "sticky" });
    const tags = Array.from({ length: 250 }, (_, index) => `1.${String(index).padStart(3, "0")}`);
    for (const tag of tags) cached(tag);
    push("1.000");
    push("1.200");

    const lines = await pass(1800);

    expect(lines.filter((line) => line.includes("to be continued")).length).toBeGreaterThan(1);
    expect(await record("1.000")).toMatchObject({ status: "fresh" });
    expect(await record("1.200")).toMatchObject({ status: "fresh" });
    const untags = ports.world.log.flatMap((one) => (one.kind === "untag" ? one.tag : []));
    expect(untags.sort()).toEqual(["1.000", "1.200"]);
    expect((await ports.tags.state("contoso", repository))?.value.counts).toEqual({ fresh: 250 });
  });
});

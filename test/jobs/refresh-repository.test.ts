import { describe, expect, it } from "vitest";
import { readOperation } from "../../src/jobs/read-operation.ts";
import { repository, source, stage } from "./refresh-stage.ts";

const both = ["linux/amd64", "linux/arm64"];

describe("a scheduled pass", () => {
  it("finds tags fresh with one HEAD each, writes nothing the second time, and asks again after `every`", async () => {
    const { ports, cached, sweep, record, work } = stage();
    const latest = cached("latest");
    cached("1.27");
    cached("nightly");

    await sweep(10);

    expect(await record("latest")).toMatchObject({
      status: "fresh",
      cached: latest,
      upstream: latest,
    });
    expect(await record("nightly")).toBeUndefined();
    const calls = () =>
      ports.interruptions.calls().filter((call) => call === "upstreams.head").length;
    expect(calls()).toBe(2);
    const before = ports.tagTable.texts().filter((text) => text.includes('"tag":"'));
    ports.clock.advance(21_600);
    await sweep(10);
    expect(calls()).toBe(4);
    expect(ports.tagTable.texts().filter((text) => text.includes('"tag":"'))).toEqual(before);
    await sweep(10);
    expect(calls()).toBe(4);
    await work(100);
    expect(ports.refreshQueue.waiting()).toEqual([]);
  });

  it("refreshes a moved tag by touching it, where ACR follows by itself, and proves it", async () => {
    const { ports, cached, push, sweep, record, listed } = stage({ policy: { platforms: both } });
    const old = cached("latest");
    const moved = push("latest");
    ports.clock.advance(400);

    await sweep();

    expect(listed("latest")).toBe(moved);
    expect(await record("latest")).toMatchObject({
      status: "fresh",
      cached: moved,
      lastGood: { digest: moved },
    });
    expect(ports.world.log.filter(({ kind }) => kind === "untag")).toEqual([]);
    const { entries } = await ports.history.list("contoso", { limit: 10 });
    expect(entries.map(({ event, resource, message }) => [event, resource, message])).toEqual([
      [
        "refreshed",
        "nginx-rule",
        `nginx:latest from ${source}: ${old} → ${moved}, with linux/amd64, linux/arm64.`,
      ],
    ]);
  });

  it("waits out ACR's lag before it thinks of a purge", async () => {
    const { ports, cached, push, sweep, work, record, listed } = stage();
    cached("latest");
    const moved = push("latest");

    await sweep(200);

    expect(await record("latest")).toMatchObject({
      status: "refreshing",
      step: { kind: "touching" },
    });
    await work(400);
    expect(listed("latest")).toBe(moved);
    expect((await record("latest"))?.status).toBe("fresh");
    expect(ports.world.log.filter(({ kind }) => kind === "untag")).toEqual([]);
  });

  it("purges what two touches did not move, and has it back in no time", async () => {
    const { ports, cached, push, sweep, record, listed } = stage({ policy: { platforms: both } });
    ports.world.configure("contoso", { tagMode: "sticky" });
    cached("latest");
    const moved = push("latest");

    await sweep();

    expect(listed("latest")).toBe(moved);
    expect(await record("latest")).toMatchObject({ status: "fresh", cached: moved });
    expect(ports.world.log.filter(({ kind }) => kind === "untag")).toHaveLength(1);
  });

  it("never purges where that is switched off, and says so", async () => {
    const { ports, cached, push, sweep, record, listed } = stage({ settings: { purge: false } });
    ports.world.configure("contoso", { tagMode: "sticky" });
    const old = cached("latest");
    push("latest");

    await sweep(8000);

    expect(listed("latest")).toBe(old);
    expect(await record("latest")).toMatchObject({ status: "unverified" });
    expect((await record("latest"))?.reason).toContain("REFRESH_PURGE");
  });

  it("brings along the platforms that were cached before, and no others", async () => {
    const { ports, push, sweep, record } = stage();
    ports.world.upstream.push(source, "latest");
    ports.world.seed("contoso", repository, "latest", ["linux/arm64"]);
    push("latest");
    ports.clock.advance(400);

    await sweep();

    expect((await record("latest"))?.reason).toBe(
      "The registry serves what upstream has, with linux/arm64.",
    );
    const { manifests } = ports.world.images("contoso").repositories.get(repository) ?? {};
    expect(manifests?.size).toBe(4);
  });
});

describe("what holds a refresh back", () => {
  it.each([
    [
      "a partial list of tags",
      (ports: Ports) => ports.world.configure("contoso", { listing: "partial" }),
      /were listed, where the registry counts/,
    ],
    [
      "a rule that ARM does not have",
      (ports: Ports) => ports.arm.delete("contoso", "nginx-rule"),
      /ARM does not have rule/,
    ],
    [
      "an unhealthy credential set",
      (ports: Ports) =>
        ports.sets.put("contoso", { name: "docker-hub", health: { status: "Unhealthy" } }),
      /not reported healthy|could not/,
    ],
  ])("%s stops a purge", async (_what, spoil, reason) => {
    const { ports, cached, push, sweep, record, listed } = stage({
      policy: { strategy: "purge", platforms: both },
    });
    ports.world.configure("contoso", { tagMode: "sticky" });
    const old = cached("1.1");
    cached("latest");
    push("1.1");
    spoil(ports);

    await sweep(600);

    expect(listed("1.1")).toBe(old);
    expect((await record("1.1"))?.reason).toMatch(reason);
    expect(ports.world.log.filter(({ kind }) => kind === "untag")).toEqual([]);
  });

  it("an account near its reserve: tags wait, and pulls are not spent", async () => {
    const { ports, cached, push, sweep, record } = stage({ policy: { platforms: both } });
    ports.world.upstream.configure("docker.io", { limit: { pulls: 10, windowSeconds: 21_600 } });
    for (const tag of ["latest", "1.1", "1.2", "1.3"]) {
      cached(tag);
      push(tag);
    }
    ports.clock.advance(400);

    await sweep(900);

    const statuses = await Promise.all(
      ["latest", "1.1", "1.2", "1.3"].map(async (tag) => (await record(tag))?.status),
    );
    expect(statuses.filter((status) => status === "deferred").length).toBeGreaterThan(1);
    expect(statuses).toContain("fresh");
    const { log } = ports.world;
    const spent = log.filter((one) => one.kind === "upstreamPull" && one.by === "larder");
    expect(spent.length).toBeGreaterThan(2);
    expect(spent.length).toBeLessThanOrEqual(8);
  });
});

describe("a refresh on demand", () => {
  it("proves every tag that was asked for, and tells how far it is", async () => {
    const { ports, cached, push, ask, work } = stage({ policy: { platforms: both } });
    const same = cached("1.27");
    cached("latest");
    const moved = push("latest");
    ports.clock.advance(400);

    const id = await ask({});
    expect((await readOperation(ports, id)).status).toBe("NotStarted");
    await work(120);

    const operation = await readOperation(ports, id);
    expect(operation).toMatchObject({
      status: "Succeeded",
      result: "2 tags in 1 repository: 2 fresh.",
      progress: {
        percent: 100,
        repositories: { total: 1, done: 1, failed: 0 },
        tags: { fresh: 2 },
      },
    });
    const { results } = await ports.refreshes.results(id, { limit: 10 });
    expect(results.map(({ tag, proof }) => [tag, proof?.digest, proof?.platforms])).toEqual([
      ["1.27", same, both],
      ["latest", moved, both],
    ]);
  });

  it("only says what it would do when it is a dry run", async () => {
    const { ports, cached, push, ask, work, listed, record } = stage({
      policy: { strategy: "purge" },
    });
    const old = cached("latest");
    cached("1.27");
    push("latest");

    const id = await ask({ dryRun: true });
    await work(60);

    const { results } = await ports.refreshes.results(id, { limit: 10 });
    expect(results.map(({ tag, status, wouldDo }) => [tag, status, wouldDo])).toEqual([
      ["1.27", "fresh", "prove"],
      ["latest", "stale", "purge"],
    ]);
    expect((await readOperation(ports, id)).status).toBe("Succeeded");
    expect(listed("latest")).toBe(old);
    expect(await record("latest")).toBeUndefined();
    expect(ports.interruptions.calls().filter((call) => /^pulls|untag/.test(call))).toEqual([]);
  });

  it("waits for an upstream that cannot be asked, but not for long, and then fails and says why", async () => {
    const { ports, cached, ask, work } = stage();
    cached("latest");
    cached("1.27");
    ports.world.upstream.configure("docker.io", { down: true });

    const id = await ask({});
    await work(300);
    expect((await readOperation(ports, id)).status).toBe("Running");
    await work(1800);

    const operation = await readOperation(ports, id);
    expect(operation).toMatchObject({ status: "Failed", error: { code: "RefreshIncomplete" } });
  });
});

type Ports = ReturnType<typeof stage>["ports"];

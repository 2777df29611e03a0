import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { pinTag } from "../../src/jobs/pin-tag.ts";
import { readOperation } from "../../src/jobs/read-operation.ts";
import { releaseRule } from "../../src/jobs/release-rule.ts";
import { anna } from "./people.ts";
import { repository, type Stage, stage } from "./refresh-stage.ts";

/* A tag is away because its first pull after the untag failed: it comes back soon, whatever else is wrong. */

const platforms = ["linux/amd64", "linux/arm64"];
const unavailable = () => {
  throw new LarderError("unavailable", { code: "ServerBusy", message: "busy" });
};

/** Purges "latest" while upstream hides its tags, and lets upstream be well again. */
async function sentAway(set: Stage): Promise<string> {
  const { ports, cached, push, sweep } = set;
  ports.world.configure("contoso", { tagMode: "sticky" });
  cached("latest");
  await sweep(10);
  const moved = push("latest");
  ports.interruptions.interrupt("cache.untag", "after", () =>
    ports.world.upstream.configure("docker.io", { hidesTags: true }),
  );
  ports.clock.advance(21_600);
  await sweep(3);
  expect(set.listed("latest")).toBeUndefined();
  ports.world.upstream.configure("docker.io", { hidesTags: false });
  return moved;
}
const purging = () => stage({ policy: { strategy: "purge", platforms } });

describe("a tag that is away comes back within a minute", () => {
  it.each<[string, (set: Stage) => unknown]>([
    ["on a quiet day", () => undefined],
    [
      "while ARM cannot be asked",
      ({ ports }) => {
        for (const call of ["credentialSets.list", "cacheRules.get"])
          ports.interruptions.interrupt(call, "before", unavailable, 1000);
      },
    ],
    [
      "while budgets cannot be read or written",
      ({ ports }) => ports.interruptions.interrupt("budgets.update", "before", unavailable, 1000),
    ],
    [
      "while Larder itself is throttled upstream for hours",
      ({ ports }) =>
        ports.budgets.update("breaker docker.io", () => ({
          put: {
            kind: "breaker",
            failures: 1,
            until: "2027-01-01T00:00:00.000Z",
            message: "429",
          },
          answer: undefined,
        })),
    ],
    [
      "while its rule is on its way to a change, or failed in it",
      async ({ ports }) => {
        const [stored] = (await ports.rules.read("contoso")).rules;
        if (!stored) throw new Error("no rule");
        const rule = { ...stored.value, status: "failed" as const };
        await ports.rules.commit({ registry: "contoso", put: { rule, etag: stored.etag } });
      },
    ],
    [
      "though Larder forgot its rule",
      ({ ports }) => releaseRule(ports, "contoso", "nginx-rule", undefined, anna),
    ],
    [
      "though its rule has no refresh policy any more",
      async ({ ports }) => {
        const [stored] = (await ports.rules.read("contoso")).rules;
        if (!stored) throw new Error("no rule");
        const rule = { ...stored.value, refresh: undefined };
        await ports.rules.commit({ registry: "contoso", put: { rule, etag: stored.etag } });
      },
    ],
  ])("%s", async (_case, spoil) => {
    const set = purging();
    const moved = await sentAway(set);
    await spoil(set);

    await set.work(55);

    expect(set.listed("latest")).toBe(moved);
  });

  it("though more than a thousand others wait before it", async () => {
    const set = stage({
      policy: { tags: ["*"], strategy: "purge", platforms, minimumAge: "P1D" },
    });
    const moved = await sentAwayAmong(set, 1100);

    await set.work(55);

    expect(set.listed("zz")).toBe(moved);
  });
});

/** The same with the tag "zz", behind many that cool off. */
async function sentAwayAmong(set: Stage, count: number): Promise<string> {
  const { ports, cached, push, ask, work, sweep } = set;
  ports.world.configure("contoso", { tagMode: "sticky" });
  const names = Array.from({ length: count }, (_, index) => `a${String(index).padStart(4, "0")}`);
  for (const tag of [...names, "zz"]) cached(tag);
  const moved = push("zz");
  await sweep(30);
  ports.clock.advance(86_000);
  for (const tag of names) push(tag);
  await sweep(30);
  ports.clock.advance(400);
  ports.interruptions.interrupt("cache.untag", "after", () =>
    ports.world.upstream.configure("docker.io", { hidesTags: true }),
  );
  await ask({ tags: ["zz"] });
  await work(10);
  expect(set.listed("zz")).toBeUndefined();
  ports.world.upstream.configure("docker.io", { hidesTags: false });
  return moved;
}

describe("trouble with one tag", () => {
  it("does not keep the others from being refreshed", async () => {
    const { ports, cached, push, sweep, record } = stage({ policy: { platforms } });
    const tags = Array.from({ length: 150 }, (_, index) => `1.${String(index).padStart(3, "0")}`);
    for (const tag of tags) cached(tag);
    const moved = push("1.140");
    ports.clock.advance(400);
    const head = ports.upstreams.head.bind(ports.upstreams);
    const answer = { kind: "couldNotAsk" as const, message: "docker.io answered 500." };
    Object.assign(ports.upstreams, {
      head: async (...[host, path, tag, login]: Parameters<typeof head>) =>
        tag === "1.007" ? answer : head(host, path, tag, login),
    });

    await sweep(600);

    expect(await record("1.140")).toMatchObject({ status: "fresh", cached: moved });
    expect(await record("1.007")).toMatchObject({ status: "unknown", reason: answer.message });
    expect((await ports.tags.state("contoso", repository))?.value.trouble).toBeUndefined();
  });
});

describe("a list of tags that ends early", () => {
  it("makes nobody forget what it lacks", async () => {
    const { ports, cached, push, sweep, record, ask, work } = stage({
      policy: { minimumAge: "P1D" },
    });
    for (const tag of ["1.1", "1.2", "1.3", "latest"]) cached(tag);
    push("latest");
    await sweep(30);
    const before = await record("latest");
    expect(before?.status).toBe("cooling");
    ports.world.configure("contoso", { listing: "partial" });

    const id = await ask({});
    await work(60);

    expect((await record("latest"))?.moved).toEqual(before?.moved);
    expect((await readOperation(ports, id)).result).toBe(
      "4 tags in 1 repository: 3 fresh, 1 cooling.",
    );
  });
});

describe("a refresh on demand by a purge", () => {
  it("goes through in a repository of many tags, too", async () => {
    const { ports, cached, push, ask, work, listed } = stage({
      policy: { tags: ["*"], platforms },
    });
    ports.world.configure("contoso", { tagMode: "sticky" });
    for (let index = 0; index < 230; index += 1) cached(`t${String(index).padStart(3, "0")}`);
    const moved = push("t005");

    const id = await ask({ strategy: "purge" });
    await work(600);

    expect(listed("t005")).toBe(moved);
    expect((await readOperation(ports, id)).status).toBe("Succeeded");
  });

  it("ends for tags of a rule without a policy, however late they are brought in", async () => {
    const { ports, cached, push, ask, work, listed } = stage({ rule: { refresh: undefined } });
    ports.world.configure("contoso", { importDelaySeconds: 40 });
    cached("latest");
    ports.clock.advance(100);
    const moved = push("latest");
    ports.clock.advance(400);

    const id = await ask({ repositories: [repository], tags: ["latest"] });
    await work(1800);

    expect(listed("latest")).toBe(moved);
    expect((await readOperation(ports, id)).status).toBe("Succeeded");
  });

  it("stops at a tag that is pinned while it is under way", async () => {
    const set = purging();
    const { ports, cached, push, ask, work, listed } = set;
    ports.world.configure("contoso", { tagMode: "sticky" });
    const old = Object.fromEntries(["1.1", "1.2", "1.3"].map((tag) => [tag, cached(tag)]));
    for (const tag of Object.keys(old)) push(tag);
    ports.interruptions.interrupt("cache.untag", "after", () =>
      pinTag(ports, "contoso", { repository, tag: "1.3", reason: "known good" }, anna),
    );

    await ask({});
    await work(600);

    expect(listed("1.3")).toBe(old["1.3"]);
    expect(listed("1.2")).not.toBe(old["1.2"]);
  });
});

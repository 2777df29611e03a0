import { describe, expect, it } from "vitest";
import type { AdoptionWish } from "../../src/domain/adoption.ts";
import { LarderError } from "../../src/domain/errors.ts";
import { adoptRegistry } from "../../src/jobs/adopt-registry.ts";
import { requestRule } from "../../src/jobs/request-rule.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { anna, ben } from "./people.ts";
import { Killed, recover } from "./world.ts";

const rules: AdoptionWish = { credentialSets: "none" };

/** A registry with rules that were made outside Larder. */
function estate(names: readonly string[], ports = fakePorts()): FakePorts {
  for (const name of names)
    ports.arm.put("contoso", { name, source: `quay.io/${name}/*`, target: `${name}/*` });
  return ports;
}

async function adopt(ports: FakePorts, wish = rules, dryRun = false) {
  const { value, more } = await adoptRegistry(ports, "contoso", wish, dryRun, anna);
  return { outcomes: value.map(({ name, outcome }) => `${name} ${outcome}`), more };
}

const held = async (ports: FakePorts) =>
  (await ports.rules.read("contoso")).rules.map(({ value }) => `${value.name} ${value.status}`);

const adoptions = async (ports: FakePorts) =>
  (await ports.history.list("contoso", { limit: 100 })).entries
    .filter(({ event }) => event === "adopted")
    .map(({ resource, by }) => `${resource} by ${by}`)
    .sort();

describe("taking over the rules of a registry", () => {
  it("puts each on record as it is, with what was wished, and nothing to do for the worker", async () => {
    const ports = estate(["alpha", "bravo"]);
    const before = ports.arm.live("contoso");
    const refresh = { tags: ["latest"], every: "PT6H" };

    const done = await adopt(ports, { ...rules, owner: "web", reason: "there before", refresh });

    expect(done).toEqual({ outcomes: ["alpha adopted", "bravo adopted"], more: false });
    const { rules: stored } = await ports.rules.read("contoso");
    expect(stored[0]?.value).toMatchObject({
      name: "alpha",
      source: "quay.io/alpha/*",
      target: "alpha/*",
      status: "active",
      owner: "web",
      reason: "there before",
      refresh,
      requestedBy: "anna",
      requestedById: "id-of-anna",
      registry: "contoso",
    });
    expect(await adoptions(ports)).toEqual(["alpha by anna", "bravo by anna"]);
    expect(ports.arm.live("contoso")).toEqual(before);
    expect(ports.queue.waiting()).toEqual([]);
  });

  it("first tells what it would do, and writes nothing", async () => {
    const ports = estate(["alpha"]);

    expect((await adopt(ports, rules, true)).outcomes).toEqual(["alpha wouldAdopt"]);
    expect(ports.table.texts()).toEqual([]);
  });

  it("twice is harmless, and changes neither owner nor history", async () => {
    const ports = estate(["alpha"]);
    await adopt(ports, { ...rules, owner: "web" });

    expect((await adopt(ports, { ...rules, owner: "data" })).outcomes).toEqual(["alpha already"]);
    expect((await ports.rules.get("contoso", "alpha"))?.value.owner).toBe("web");
    expect(await adoptions(ports)).toEqual(["alpha by anna"]);
  });

  it("leaves nothing for reconcile to find", async () => {
    const ports = estate(["alpha", "bravo"]);
    await adopt(ports, { ...rules, rules: ["bravo"] });
    await recover(ports);

    expect(await held(ports)).toEqual(["alpha unmanaged", "bravo active"]);
    expect((await adopt(ports)).outcomes).toEqual(["alpha adopted", "bravo already"]);
    expect(await held(ports)).toEqual(["alpha active", "bravo active"]);
  });

  it("says `missing` for a registry that is not served", async () => {
    await expect(adoptRegistry(fakePorts(), "nowhere", rules, true, anna)).rejects.toMatchObject({
      reason: "missing",
    });
  });
});

describe("somebody else at the same time", () => {
  it("may take the same rule over: it is theirs, and counts as there already", async () => {
    const ports = estate(["alpha", "bravo"]);
    const theirs = { name: "alpha", source: "quay.io/alpha/*", target: "alpha/*", owner: "ben's" };
    ports.interruptions.interrupt("rules.commit", "before", () =>
      requestRule(ports, "contoso", theirs, ben),
    );

    expect((await adopt(ports)).outcomes).toEqual(["alpha already", "bravo adopted"]);
    expect((await ports.rules.get("contoso", "alpha"))?.value.owner).toBe("ben's");
  });

  it("may delete it in ARM just when its row moved", async () => {
    const ports = estate(["alpha", "bravo"]);
    await recover(ports);
    const found = await ports.rules.get("contoso", "alpha");
    ports.interruptions.interrupt("rules.commit", "before", () => {
      ports.arm.delete("contoso", "alpha");
      return ports.rules.commit({
        registry: "contoso",
        remove: { name: "alpha", etag: found?.etag ?? "" },
      });
    });

    expect((await adopt(ports)).outcomes).toEqual(["alpha skipped", "bravo adopted"]);
    expect(await held(ports)).toEqual(["bravo active"]);
  });

  it("is not turned back by it", async () => {
    const ports = estate(["alpha"]);
    const { version } = await ports.rules.read("contoso");
    await adopt(ports);

    expect((await ports.rules.read("contoso")).version).toBe(version);
  });

  it("cannot get past an owner's quota beside it", async () => {
    const ports = estate(["alpha", "bravo"], fakePorts({ policy: { rulesPerOwner: 2 } }));
    const theirs = { name: "other", source: "quay.io/other/*", target: "other/*", owner: "web" };
    ports.interruptions.interrupt("rules.commit", "before", () =>
      requestRule(ports, "contoso", theirs, ben),
    );

    expect((await adopt(ports, { ...rules, owner: "web" })).outcomes).toEqual([
      "alpha adopted",
      "bravo refused",
    ]);
  });

  it("may move everything all the time: then it is said that it did not work", async () => {
    const ports = estate(["alpha"]);
    const stale = new LarderError("stale", { code: "RuleChanged", message: "It moved." });
    ports.interruptions.interrupt("rules.commit", "before", () => Promise.reject(stale), 6);

    await expect(adopt(ports)).rejects.toBe(stale);
    expect((await adopt(ports)).outcomes).toEqual(["alpha adopted"]);
  });
});

describe("a run that does not come to its end", () => {
  it.each(["before", "after"] as const)(
    "killed %s any of its writes, a repeat does the rest",
    async (when) => {
      for (let kill = 0; kill < 3; kill += 1) {
        const ports = estate(["alpha", "bravo", "charlie"]);
        let writes = 0;
        ports.interruptions.interrupt(
          "rules.commit",
          when,
          () => {
            writes += 1;
            if (writes === kill + 1) throw new Killed();
          },
          9,
        );
        await expect(adopt(ports)).rejects.toThrow(Killed);
        await adopt(ports);

        expect(await held(ports)).toEqual(["alpha active", "bravo active", "charlie active"]);
        expect(await adoptions(ports)).toEqual([
          "alpha by anna",
          "bravo by anna",
          "charlie by anna",
        ]);
      }
    },
  );

  it("stops when its time is up, says so, and a repeat goes on", async () => {
    const ports = estate(["alpha", "bravo", "charlie"]);
    ports.interruptions.interrupt("rules.commit", "after", () => ports.clock.advance(60), 9);

    expect(await adopt(ports)).toEqual({
      outcomes: ["alpha adopted", "bravo adopted"],
      more: true,
    });
    expect(await adopt(ports)).toEqual({
      outcomes: ["alpha already", "bravo already", "charlie adopted"],
      more: false,
    });
  });
});

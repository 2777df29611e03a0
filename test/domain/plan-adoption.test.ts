import { describe, expect, it } from "vitest";
import type { AdoptionWish } from "../../src/domain/adoption.ts";
import type { CacheRule, LiveRule } from "../../src/domain/cache-rule.ts";
import { type Estate, planAdoption } from "../../src/domain/plan-adoption.ts";
import type { Policy } from "../../src/domain/policy.ts";
import { grafana, live, now, openPolicy, record } from "./facts.ts";

const anything: AdoptionWish = { credentialSets: "none" };
const withSet = { ...grafana, credentialSet: "hub" };

interface World {
  readonly live?: readonly LiveRule[];
  readonly records?: readonly CacheRule[];
  readonly policy?: Partial<Policy>;
}

const estate = ({ live: shown = [], records = [], policy }: World): Estate => ({
  loginServer: "contoso.azurecr.io",
  live: shown,
  records,
  policy: { ...openPolicy, ...policy },
});

const planned = (world: World, wish: AdoptionWish = anything) =>
  planAdoption(wish, estate(world)).map(({ item }) => `${item.name} ${item.outcome}`);

const messages = (world: World, wish: AdoptionWish = anything) =>
  planAdoption(wish, estate(world)).map(({ item }) => item.message);

describe("what becomes of one rule that ARM has", () => {
  const notDeleted: Partial<CacheRule> = {
    status: "failed",
    images: "keep",
    failure: { code: "X", message: "It is locked.", remedy: "" },
  };
  const cases: [string, Partial<LiveRule>, Partial<CacheRule> | undefined, string, RegExp][] = [
    ["not on record", {}, undefined, "wouldAdopt", /stays as it is/],
    ["found by reconcile", {}, { status: "unmanaged" }, "wouldAdopt", /stays as it is/],
    ["active", {}, { status: "active" }, "already", /on record/],
    ["active, set in other case", { credentialSet: "HUB" }, {}, "already", /on record/],
    ["being made", {}, { status: "requested" }, "already", /is making it/],
    ["waiting for an approver", {}, { status: "awaitingApproval" }, "already", /an approver/],
    ["on record as failed", {}, { status: "failed" }, "already", /reconcile/],
    ["failed as another one", {}, { status: "failed", target: "g/*" }, "wouldAdopt", /stays/],
    ["rejected", {}, { status: "rejected", decidedBy: "ben" }, "refused", /^ben turned down/],
    ["with another set", { credentialSet: "hub-2" }, {}, "differs", /"hub-2".*PATCH/],
    ["without its set", { credentialSet: undefined }, {}, "differs", /no credential set/],
    ["made anew", { source: "docker.io/other/*" }, {}, "differs", /docker\.io\/other\/\*.*anew/],
    ["expired and made anew", { target: "x/*" }, { expiresOn: now }, "differs", /anew outside/],
    ["asked otherwise", { target: "x/*" }, { status: "awaitingApproval" }, "differs", /waits for/],
    ["being changed", { credentialSet: "hub-2" }, { status: "requested" }, "notSettled", /at work/],
    ["being deleted", {}, { status: "deleting" }, "notSettled", /deleting.*contoso-1/],
    ["not deleted", {}, notDeleted, "notSettled", /It is locked/],
    ["busy", { provisioningState: "Updating" }, undefined, "notSettled", /Updating.*minute/],
    ["failed in ARM", { provisioningState: "Failed" }, undefined, "notSettled", /Failed.*PUT/],
    ["failed on both", { provisioningState: "Failed" }, { status: "failed" }, "notSettled", /PUT/],
    [
      "spelt ACR's way",
      { source: "docker.io/grafana", target: "g" },
      undefined,
      "skipped",
      /library/,
    ],
    ["of no upstream", { source: "nowhere.example/a/*" }, undefined, "skipped", /cannot cache/],
    ["of no form", { source: "", target: "" }, undefined, "skipped", /./],
  ];

  it.each(cases)("%s", (_case, shown, held, outcome, message) => {
    const world = {
      live: [live({ ...withSet, ...shown })],
      records: held ? [record({ ...withSet, ...held })] : [],
    };

    expect(planned(world)).toEqual([`grafana ${outcome}`]);
    expect(messages(world)[0]).toMatch(message);
  });

  it("shows it as ARM has it", () => {
    const world = {
      live: [live({ ...withSet, credentialSet: "hub-2" })],
      records: [record(withSet)],
    };

    expect(planAdoption(anything, estate(world))[0]?.item).toMatchObject({
      kind: "rule",
      source: "docker.io/grafana/*",
      target: "grafana/*",
      credentialSet: "hub-2",
    });
  });
});

describe("a rule that only Larder has", () => {
  it.each([
    ["active", ["grafana differs"]],
    ["deleting", ["grafana notSettled"]],
    ["requested", []],
    ["awaitingApproval", []],
    ["failed", []],
    ["rejected", []],
    ["unmanaged", []],
  ] as const)("%s: %j", (status, outcome) => {
    expect(planned({ records: [record({ ...withSet, status })] })).toEqual(outcome);
  });
});

describe("what is put on record", () => {
  it("is the rule as it is, with what was wished", () => {
    const refresh = { tags: ["latest"], every: "PT6H" };
    const wish = { ...anything, owner: "web", reason: "there before", refresh };
    const [step] = planAdoption(wish, estate({ live: [live(withSet)] }));

    expect(step?.take).toEqual({
      request: { ...withSet, owner: "web", reason: "there before", refresh },
      decision: {
        kind: "adopt",
        rule: withSet,
        notes: ["The rule was in the registry already and was taken over unchanged."],
      },
    });
  });
});

describe("which rules", () => {
  const names = ["Charlie", "alpha", "bravo"];
  const shown = names.map((name) =>
    live({ name, source: `quay.io/${name.toLowerCase()}/*`, target: `${name.toLowerCase()}/*` }),
  );

  it("all, by name, in whatever order they come", () => {
    const all = ["alpha wouldAdopt", "bravo wouldAdopt", "Charlie wouldAdopt"];

    expect(planned({ live: shown })).toEqual(all);
    expect(planned({ live: shown.toReversed() })).toEqual(all);
  });

  it("those named, whatever their case; a name that nothing has is told", () => {
    const wish = { ...anything, rules: ["BRAVO", "delta-1", "bravo", "Delta-1"] };

    expect(planned({ live: shown }, wish)).toEqual(["bravo wouldAdopt", "Delta-1 skipped"]);
  });
});

describe("this deployment's policy", () => {
  const quay = (name: string) => live({ name, source: `quay.io/${name}/*`, target: `${name}/*` });

  it("refuses what it would refuse of a request, and says all of it", () => {
    const world = {
      live: [live(withSet)],
      policy: { ownerRequired: true, deniedSources: ["docker.io/*"] },
    };

    expect(planned(world)).toEqual(["grafana refused"]);
    expect(messages(world)[0]).toMatch(/POLICY_DENIED_SOURCES.*Say who owns the rule/);
  });

  it("counts an owner's rules, those taken over before included", () => {
    const world = {
      live: [quay("rule-1"), quay("rule-2"), quay("rule-3")],
      records: [
        record({ name: "mine-1", source: "quay.io/m/*", target: "m/*", owner: "WEB" }),
        record({ name: "other", source: "quay.io/o/*", target: "o/*", owner: "data" }),
      ],
      policy: { rulesPerOwner: 3 },
    };

    const outcomes = planned(world, { ...anything, owner: "web" });

    expect(outcomes.filter((one) => one.startsWith("rule-"))).toEqual([
      "rule-1 wouldAdopt",
      "rule-2 wouldAdopt",
      "rule-3 refused",
    ]);
  });
});

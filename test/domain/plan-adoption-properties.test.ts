import fc from "fast-check";
import { expect, it } from "vitest";
import { type CacheRule, type LiveRule, ruleStatuses } from "../../src/domain/cache-rule.ts";
import { decideCacheRule } from "../../src/domain/decide-cache-rule.ts";
import { planAdoption } from "../../src/domain/plan-adoption.ts";
import type { Policy } from "../../src/domain/policy.ts";
import { facts, live, openPolicy, record } from "./facts.ts";

const names = ["rule-1", "rule-2", "rule-3", "rule-4", "rule-5"];
const sources = ["docker.io/a/*", "quay.io/a/*", "docker.io/plain", "ghcr.io/a/*"];
const sets = fc.constantFrom(undefined, "hub", "other");
const owners = fc.constantFrom(undefined, "web", "Web", "data");

const mapping = (name: string) =>
  fc.constantFrom(...sources).map((source) => ({
    name,
    source,
    target: source.endsWith("*") ? `${name}/*` : name,
  }));

const liveRule = (name: string): fc.Arbitrary<LiveRule> =>
  fc
    .tuple(mapping(name), sets, fc.constantFrom("Succeeded", "Succeeded", "Failed", "Updating"))
    .map(([rule, credentialSet, provisioningState]) =>
      live({ ...rule, credentialSet, provisioningState }),
    );

const recorded = (name: string): fc.Arbitrary<CacheRule> =>
  fc
    .tuple(mapping(name.toUpperCase()), sets, owners, fc.constantFrom(...ruleStatuses))
    .map(([rule, credentialSet, owner, status]) =>
      record({ ...rule, target: rule.target.toLowerCase(), credentialSet, owner, status }),
    );

const policies: fc.Arbitrary<Policy> = fc
  .record({
    rulesPerOwner: fc.constantFrom(undefined, 1, 2, 3),
    deniedSources: fc.constantFrom([], ["ghcr.io/*"]),
    ownerRequired: fc.boolean(),
  })
  .map((changes) => ({ ...openPolicy, ...changes }));

const world = fc.record({
  live: fc.tuple(...names.map((name) => fc.option(liveRule(name), { nil: undefined }))),
  records: fc.tuple(...names.map((name) => fc.option(recorded(name), { nil: undefined }))),
  policy: policies,
  owner: owners,
});

const there = <T>(list: readonly (T | undefined)[]) => list.filter((one) => one !== undefined);

it("what is taken over is what a PUT would take over, one after the other", () => {
  fc.assert(
    fc.property(world, ({ live: shown, records: held, policy, owner }) => {
      const estate = { loginServer: "contoso.azurecr.io", live: there(shown), policy };
      let records = there(held);
      const wish = { credentialSets: "none", owner } as const;
      for (const { item, take } of planAdoption(wish, { ...estate, records })) {
        const one = estate.live.find(({ name }) => name === item.name);
        const before = records.find(({ name }) => name.toLowerCase() === item.name.toLowerCase());
        if (!one) continue;
        const put = decideCacheRule({ ...one, owner }, facts({ ...estate, records }));
        // A record of anything else may keep a rule from being taken over that a PUT would take.
        const counts = take !== undefined || !before || before.status === "unmanaged";
        expect(counts && put.kind === "adopt" ? put : undefined).toEqual(take?.decision);
        if (!take) continue;
        records = [...records.filter((rule) => rule !== before), record({ ...one, owner })];
      }
    }),
    { numRuns: 2000 },
  );
});

import { describe, expect, it } from "vitest";
import { decideCacheRule } from "../../src/domain/decide-cache-rule.ts";
import type { RuleFacts } from "../../src/domain/decision.ts";
import type { RuleRequest } from "../../src/domain/rule-request.ts";
import { codes, facts, grafana, live, messages, openPolicy, record, static1 } from "./facts.ts";

describe("a request that is refused", () => {
  it.each<[string, RuleRequest, Partial<RuleFacts>, string[], string]>([
    ["name too short", { ...static1, name: "ngx" }, {}, ["InvalidRuleName"], "5 to 50 letters"],
    [
      "name with a dot",
      { ...static1, name: "nginx.rule" },
      {},
      ["InvalidRuleName"],
      "5 to 50 letters",
    ],
    [
      "everything wrong with its form at once",
      { name: "a b", source: "docker.io/Nginx", expiresOn: "2026-11-20T00:00:00.000Z" },
      {},
      ["InvalidRuleName", "SourceUpperCase", "ExpiresInThePast"],
      "has passed",
    ],
    [
      "name taken by another mapping",
      { ...static1, source: "quay.io/nginx/nginx" },
      { records: [record(static1)], live: [live(static1)] },
      ["RuleExistsWithOtherMapping"],
      '"docker.io/library/nginx" at "nginx"',
    ],
    [
      "name taken outside Larder",
      { ...static1, source: "quay.io/nginx/nginx" },
      { live: [live(static1)] },
      ["RuleExistsWithOtherMapping"],
      "ACR cannot change either",
    ],
    [
      "same rule with another owner",
      { ...static1, owner: "b" },
      { records: [record({ ...static1, owner: "a" })], live: [live(static1)] },
      ["RuleExistsWithOtherSettings"],
      "another owner",
    ],
    [
      "same live rule with another credential set",
      { ...static1, credentialSet: "hub" },
      { live: [live(static1)] },
      ["RuleExistsWithOtherSettings"],
      "PATCH",
    ],
    [
      "being deleted",
      static1,
      { records: [record({ ...static1, status: "deleting" })] },
      ["RuleBeingDeleted"],
      "contoso-1",
    ],
    [
      "a rule that ARM is at work on",
      static1,
      { live: [live({ ...static1, provisioningState: "Updating", credentialSet: "x" })] },
      ["RuleBusy"],
      "Updating",
    ],
    [
      "taking over what policy denies",
      static1,
      { live: [live(static1)], policy: { ...openPolicy, deniedSources: ["docker.io/*"] } },
      ["SourceDenied"],
      "denies",
    ],
    [
      "equal wildcard targets",
      { name: "other", source: "quay.io/grafana/*", target: "grafana/*" },
      { records: [record(grafana)] },
      ["WildcardTargetsOverlap"],
      'rule "grafana" caches "docker.io/grafana/*"',
    ],
    [
      "nested wildcard targets",
      { name: "other", source: "quay.io/grafana/*", target: "grafana/k6/*" },
      { live: [live(grafana)] },
      ["WildcardTargetsOverlap"],
      "equal or nested",
    ],
    [
      "registry-wide wildcard",
      { name: "other", source: "quay.io/*", target: "*" },
      { live: [live(grafana)] },
      ["WildcardTargetsOverlap"],
      "grafana",
    ],
    [
      "one target twice",
      { name: "other", source: "quay.io/nginx/nginx", target: "nginx" },
      { records: [record({ ...static1, status: "requested" })] },
      ["TargetInUse"],
      '"nginx-rule"',
    ],
    [
      "static target exists as a repository",
      static1,
      { repositories: ["nginx"] },
      ["TargetRepositoryExists"],
      'Repository "nginx" exists',
    ],
    [
      "repositories under the wildcard",
      grafana,
      { repositories: ["zzz", "grafana/loki", "grafana/agent"] },
      ["TargetRepositoryPrefixMatchesExistingRegistries"],
      'Repository "grafana/agent" exists',
    ],
  ])("%s", (_case, request, changes, expected, words) => {
    const decision = decideCacheRule(request, facts(changes));

    expect(codes(decision)).toEqual(expected);
    expect(messages(decision)).toContain(words);
  });

  it("the 1,001st rule, but not the 1,000th", () => {
    const rules = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        live({ name: `rule-${index}`, source: `docker.io/a/b${index}`, target: `b${index}` }),
      );

    expect(decideCacheRule(static1, facts({ live: rules(999) })).kind).toBe("accept");
    expect(codes(decideCacheRule(static1, facts({ live: rules(1000) })))).toEqual(["TooManyRules"]);
  });
});

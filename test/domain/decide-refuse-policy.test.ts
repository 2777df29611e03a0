import { describe, expect, it } from "vitest";
import { decideCacheRule } from "../../src/domain/decide-cache-rule.ts";
import type { RuleFacts } from "../../src/domain/decision.ts";
import type { RuleRequest } from "../../src/domain/rule-request.ts";
import {
  codes,
  credentialSet,
  facts,
  grafana,
  messages,
  openPolicy,
  record,
  static1,
} from "./facts.ts";

describe("a request that is refused for its credential set or by policy", () => {
  it.each<[string, RuleRequest, Partial<RuleFacts>, string[], string]>([
    [
      "no credential set for Docker Hub",
      static1,
      { credentialSets: [] },
      ["EnforceDockerAuthentication"],
      "no credential set for it",
    ],
    [
      "no credential set for another such upstream",
      { name: "dhi-rule", source: "dhi.io/python" },
      {},
      ["CredentialSetRequired"],
      "dhi.io",
    ],
    [
      "two credential sets to choose from",
      static1,
      { credentialSets: [credentialSet("b"), credentialSet("a")] },
      ["CredentialSetAmbiguous"],
      "name one of a, b",
    ],
    [
      "unknown credential set",
      { ...static1, credentialSet: "nope" },
      {},
      ["CredentialSetNotFound"],
      "For docker.io it has: hub",
    ],
    [
      "credential set for another upstream",
      { ...static1, credentialSet: "quay" },
      { credentialSets: [credentialSet("quay", { loginServer: "quay.io" })] },
      ["CredentialSetForOtherUpstream"],
      "logs in to quay.io",
    ],
    [
      "credential set where none is taken",
      { name: "mcr-rule", source: "mcr.microsoft.com/dotnet/sdk", credentialSet: "hub" },
      {},
      ["CredentialSetNotAllowed"],
      "leave credentialSet out",
    ],
    [
      "unhealthy credential set",
      static1,
      {
        credentialSets: [
          credentialSet("hub", {
            health: {
              status: "Unhealthy",
              errorCode: "Forbidden",
              errorMessage: "no get permission",
            },
          }),
        ],
      },
      ["CredentialSetUnhealthy"],
      'identity 6f0c7a3e the role "Key Vault Secrets User" on the secrets https://v.vault.azure.net/secrets/user',
    ],
    [
      "denied source",
      static1,
      { policy: { ...openPolicy, deniedSources: ["docker.io/library/*"] } },
      ["SourceDenied"],
      "docker.io/library/*",
    ],
    [
      "wildcard that could pull something denied",
      { name: "hub-all", source: "docker.io/*" },
      { policy: { ...openPolicy, deniedSources: ["docker.io/library/nginx"] } },
      ["SourceDenied"],
      "docker.io/library/nginx",
    ],
    [
      "source not allowed",
      static1,
      { policy: { ...openPolicy, allowedSources: ["quay.io/*"] } },
      ["SourceNotAllowed"],
      "quay.io/*",
    ],
    [
      "name against policy",
      static1,
      { policy: { ...openPolicy, namePattern: "^team-" } },
      ["NameAgainstPolicy"],
      "^team-",
    ],
    [
      "no owner",
      static1,
      { policy: { ...openPolicy, ownerRequired: true } },
      ["OwnerRequired"],
      "who owns",
    ],
    [
      "owner's quota",
      { ...static1, owner: "A" },
      {
        records: [record({ ...grafana, owner: "a" })],
        policy: { ...openPolicy, rulesPerOwner: 1 },
      },
      ["OwnerQuotaExceeded"],
      "has 1 rules and may have 1",
    ],
    [
      "several reasons, the gravest first",
      { name: "other", source: "docker.io/grafana/*", target: "grafana/*" },
      {
        records: [record(grafana)],
        credentialSets: [],
        policy: { ...openPolicy, deniedSources: ["docker.io/*"] },
      },
      ["EnforceDockerAuthentication", "SourceDenied", "WildcardTargetsOverlap"],
      "denies",
    ],
  ])("%s", (_case, request, changes, expected, words) => {
    const decision = decideCacheRule(request, facts(changes));

    expect(codes(decision)).toEqual(expected);
    expect(messages(decision)).toContain(words);
  });
});

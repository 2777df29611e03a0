import { describe, expect, it } from "vitest";
import { decideCacheRule } from "../../src/domain/decide-cache-rule.ts";
import type { RuleFacts } from "../../src/domain/decision.ts";
import type { RuleRequest } from "../../src/domain/rule-request.ts";
import { credentialSet, facts, grafana, live, openPolicy, record, static1 } from "./facts.ts";

describe("a request that may pass", () => {
  it("gets the only credential set of its upstream, and is told", () => {
    const decision = decideCacheRule(
      { name: "nginx-rule", source: "docker.io/nginx", target: "nginx" },
      facts(),
    );

    expect(decision).toEqual({
      kind: "accept",
      rule: {
        name: "nginx-rule",
        source: "docker.io/library/nginx",
        target: "nginx",
        credentialSet: "hub",
      },
      approval: false,
      notes: [
        '"library/" was added: Docker Hub\'s official images lie under it.',
        'Credential set "hub" was chosen: the only usable one for docker.io.',
      ],
    });
  });

  it.each([
    [
      "a static target under a wildcard",
      { name: "loki-rule", source: "docker.io/grafana/loki", target: "grafana/loki" },
      { records: [record(grafana)] },
    ],
    [
      "an upstream without credentials",
      { name: "mcr-rule", source: "mcr.microsoft.com/dotnet/sdk", target: "sdk" },
      {},
    ],
    [
      "over a failed rule's target",
      { name: "other-rule", source: "quay.io/a/*", target: "grafana/*" },
      { records: [record({ ...grafana, status: "failed" })] },
    ],
    [
      "the name of a failed rule",
      { name: "grafana", source: "quay.io/a/*", target: "a/*" },
      { records: [record({ ...grafana, status: "failed" })] },
    ],
    [
      "the name of an unmanaged rule that is gone",
      { ...grafana, source: "docker.io/other/*" },
      { records: [record({ ...grafana, status: "unmanaged" })] },
    ],
    ["again, when ARM lost it", grafana, { records: [record(grafana)] }],
  ] satisfies [string, RuleRequest, Partial<RuleFacts>][])("%s", (_case, request, changes) => {
    expect(decideCacheRule(request, facts(changes)).kind).toBe("accept");
  });

  it("waits for approval where policy says so", () => {
    const policy = {
      ...openPolicy,
      approvalSources: ["docker.io/grafana/loki"],
      approvalExemptCallers: ["carl"],
    };

    expect(decideCacheRule(grafana, facts({ policy }))).toMatchObject({
      kind: "accept",
      approval: true,
    });
    expect(
      decideCacheRule(grafana, facts({ policy, by: { id: "carl", name: "Carl", verified: true } })),
    ).toMatchObject({
      kind: "accept",
      approval: false,
    });
  });
});

describe("a request that is already so", () => {
  it.each([
    ["as recorded and live", { records: [record(grafana)], live: [live(grafana)] }, "exists"],
    [
      "in other case",
      { records: [record({ ...grafana, name: "GRAFANA" })], live: [live(grafana)] },
      "exists",
    ],
    [
      "while it is being created",
      { records: [record({ ...grafana, status: "requested" })] },
      "exists",
    ],
    [
      "while it waits for approval",
      { records: [record({ ...grafana, status: "awaitingApproval" })] },
      "exists",
    ],
    ["only in ARM", { live: [live(grafana)] }, "adopt"],
    [
      "known as unmanaged",
      { records: [record({ ...grafana, status: "unmanaged" })], live: [live(grafana)] },
      "adopt",
    ],
  ] satisfies [string, Partial<RuleFacts>, string][])("%s: %s", (_case, changes, expected) => {
    expect(decideCacheRule(grafana, facts(changes)).kind).toBe(expected);
  });

  it("does not look at repositories that the rule itself has cached", () => {
    const decision = decideCacheRule(
      grafana,
      facts({ records: [record(grafana)], live: [live(grafana)], repositories: ["grafana/loki"] }),
    );

    expect(decision.kind).toBe("exists");
  });
});

describe("an unhealthy credential set where policy only warns", () => {
  it("is used, and the requester is told what to do", () => {
    const sick = credentialSet("hub", { health: { status: "Unhealthy", errorCode: "Forbidden" } });
    const decision = decideCacheRule(
      static1,
      facts({ credentialSets: [sick], policy: { ...openPolicy, unhealthyCredentialSet: "warn" } }),
    );

    expect(decision).toMatchObject({ kind: "accept", rule: { credentialSet: "hub" } });
    expect(decision.kind === "accept" && decision.notes.join(" ")).toContain(
      "Key Vault Secrets User",
    );
  });
});

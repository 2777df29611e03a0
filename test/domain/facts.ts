import type { CacheRule, LiveRule } from "../../src/domain/cache-rule.ts";
import type { CredentialSet } from "../../src/domain/credential-set.ts";
import type { Decision, RuleFacts } from "../../src/domain/decision.ts";
import type { Policy } from "../../src/domain/policy.ts";

export const now = "2026-11-21T02:00:00.000Z";

/** A policy that allows everything. */
export const openPolicy: Policy = {
  allowedSources: [],
  deniedSources: [],
  approvalSources: [],
  approvalExemptCallers: [],
  ownerRequired: false,
  unhealthyCredentialSet: "refuse",
};

/** A recorded, active rule. */
export function record(
  rule: Partial<CacheRule> & Pick<CacheRule, "name" | "source" | "target">,
): CacheRule {
  return {
    registry: "contoso",
    status: "active",
    notes: [],
    requestedBy: "anna",
    requestedAt: now,
    updatedAt: now,
    operationId: "contoso-1",
    attempts: 1,
    ...rule,
  };
}

/** A rule that ARM shows. */
export function live(
  rule: Partial<LiveRule> & Pick<LiveRule, "name" | "source" | "target">,
): LiveRule {
  return { provisioningState: "Succeeded", ...rule };
}

/** A healthy credential set, for docker.io unless said otherwise. */
export function credentialSet(name: string, changes: Partial<CredentialSet> = {}): CredentialSet {
  return {
    name,
    loginServer: "docker.io",
    usernameSecretId: "https://v.vault.azure.net/secrets/user",
    passwordSecretId: "https://v.vault.azure.net/secrets/token",
    health: { status: "Healthy" },
    principalId: "6f0c7a3e",
    provisioningState: "Succeeded",
    ...changes,
  };
}

/** An empty registry with one docker.io credential set, "hub". */
export function facts(changes: Partial<RuleFacts> = {}): RuleFacts {
  return {
    loginServer: "contoso.azurecr.io",
    records: [],
    live: [],
    repositories: [],
    credentialSets: [credentialSet("hub")],
    policy: openPolicy,
    by: { id: "anna", name: "Anna", verified: true },
    now,
    ...changes,
  };
}

/** Two requests that an empty registry takes. */
export const grafana = { name: "grafana", source: "docker.io/grafana/*", target: "grafana/*" };
export const static1 = { name: "nginx-rule", source: "docker.io/library/nginx", target: "nginx" };

/** The codes of a refusal, in order; of anything else its kind. */
export const codes = (decision: Decision) =>
  decision.kind === "refuse" ? decision.problems.map(({ code }) => code) : decision.kind;

/** Everything a refusal says. */
export const messages = (decision: Decision) =>
  decision.kind === "refuse" ? decision.problems.map(({ message }) => message).join(" ") : "";

import {
  type CacheRule,
  type LiveRule,
  maximumRules,
  sameMapping,
  sameName,
} from "./cache-rule.ts";
import { chooseCredentialSet } from "./choose-credential-set.ts";
import type { CredentialSet } from "./credential-set.ts";
import type { Problem, Reason } from "./errors.ts";
import { judgePolicy, needsApproval } from "./judge-policy.ts";
import { isWildcard, targetsOverlap, targetTakes } from "./mapping.ts";
import { normaliseMapping } from "./normalise-mapping.ts";
import { type Occupant, occupants } from "./occupants.ts";
import type { Policy } from "./policy.ts";
import { deriveRuleName, ruleNamePattern } from "./rule-name.ts";
import type { RuleRequest } from "./rule-request.ts";
import { differences } from "./rule-settings.ts";
import type { Timestamp } from "./time.ts";

/** Everything a decision depends on, read beforehand. The order of the lists never matters. */
export interface RuleFacts {
  readonly loginServer: string;
  readonly records: readonly CacheRule[];
  readonly live: readonly LiveRule[];
  /** Names of repositories in the registry, at least those the target takes. */
  readonly repositories: readonly string[];
  readonly credentialSets: readonly CredentialSet[];
  readonly policy: Policy;
  readonly by: string;
  readonly now: Timestamp;
}

/** The rule that will be created: what ARM gets. */
export interface DecidedRule {
  readonly name: string;
  readonly source: string;
  readonly target: string;
  readonly credentialSet?: string | undefined;
}

export type Decision =
  | {
      readonly kind: "refuse";
      readonly reason: Reason;
      readonly problems: readonly [Problem, ...Problem[]];
    }
  /** Already so, and Larder's own. */
  | { readonly kind: "exists"; readonly rule: CacheRule }
  /** ARM has exactly this rule already, made outside Larder: take it over as it is. */
  | { readonly kind: "adopt"; readonly rule: DecidedRule; readonly notes: readonly string[] }
  | {
      readonly kind: "accept";
      readonly rule: DecidedRule;
      readonly approval: boolean;
      readonly notes: readonly string[];
    };

type Judged = { readonly reason: Reason; readonly problem: Problem };

/** Decides a request for a rule, before ARM is asked. Pure; the same in every order of the facts. */
export function decideCacheRule(request: RuleRequest, facts: RuleFacts): Decision {
  const form = normaliseMapping(request, facts.loginServer);
  const name = request.name ?? (form.ok ? deriveRuleName(form.mapping.source) : "derived");
  const formProblems: Problem[] = form.ok ? [] : [...form.problems];
  if (!ruleNamePattern.test(name)) {
    formProblems.unshift({
      code: "InvalidRuleName",
      target: "name",
      message: `"${name}" is no rule name: ACR takes 5 to 50 letters, digits and hyphens.`,
    });
  }
  if (request.expiresOn !== undefined && request.expiresOn <= facts.now) {
    formProblems.push({
      code: "ExpiresInThePast",
      target: "expiresOn",
      message: `expiresOn ${request.expiresOn} has passed; it is ${facts.now}.`,
    });
  }
  if (!form.ok || formProblems.length > 0)
    return refuse(formProblems.map((problem) => ({ reason: "invalid", problem })));

  const asked = { ...form.mapping, name };
  const record = facts.records.find((one) => sameName(one.name, name));
  const live = facts.live.find((one) => sameName(one.name, name));
  const settled = decideSameName(request, asked, record, live);
  if (settled) return settled;

  const choice = chooseCredentialSet(
    request.credentialSet,
    asked.source,
    facts.credentialSets,
    facts.policy,
  );
  const others = occupants(facts.records, facts.live).filter((one) => !sameName(one.name, name));
  const ownerRules = others.filter(
    ({ owner }) => owner !== undefined && owner === request.owner,
  ).length;
  const judged: Judged[] = [
    ...judgePolicy({ ...asked, owner: request.owner, ownerRules }, facts.policy).map(
      (problem): Judged => ({ reason: "forbidden", problem }),
    ),
    ...(choice.ok ? [] : [{ reason: "invalid", problem: choice.problem } as const]),
    ...conflicts(asked.target, others, live === undefined ? facts.repositories : []),
  ];
  if (judged.length > 0 || !choice.ok) return refuse(judged);
  const rule: DecidedRule = {
    ...asked,
    ...(choice.name !== undefined && { credentialSet: choice.name }),
  };
  return {
    kind: "accept",
    rule,
    approval: needsApproval(asked.source, facts.by, facts.policy),
    notes: [...form.notes, ...choice.notes],
  };
}

/** A name that is taken settles the matter, unless what had it failed, was rejected, or is gone from ARM. */
function decideSameName(
  request: RuleRequest,
  asked: DecidedRule,
  record: CacheRule | undefined,
  live: LiveRule | undefined,
): Decision | undefined {
  const settled =
    record && record.status !== "failed" && record.status !== "rejected" ? record : undefined;
  if (settled?.status === "deleting") {
    return conflict(
      "RuleBeingDeleted",
      "name",
      `Rule "${settled.name}" is being deleted. Ask again when its operation ${settled.operationId} has ended.`,
    );
  }
  const lost = settled?.status === "active" && live === undefined;
  const other = [lost ? undefined : settled, live].find(
    (one) => one !== undefined && !sameMapping(one, asked),
  );
  if (other) {
    return conflict(
      "RuleExistsWithOtherMapping",
      "name",
      `Rule "${other.name}" exists and caches "${other.source}" at "${other.target}". ACR cannot change either: take another name, or delete that rule first.`,
    );
  }
  const current = settled && settled.status !== "unmanaged" && !lost ? settled : undefined;
  if (!current && live?.provisioningState !== "Succeeded") return undefined;
  const unlike = current
    ? differences(request, current)
    : differences(
        { source: asked.source, credentialSet: request.credentialSet },
        { credentialSet: live?.credentialSet },
      );
  const [first] = unlike;
  if (first !== undefined) {
    return conflict(
      "RuleExistsWithOtherSettings",
      first,
      `Rule "${asked.name}" exists with another ${unlike.join(", ")}. Change it with PATCH.`,
    );
  }
  if (current) return { kind: "exists", rule: current };
  const notes = ["The rule was in the registry already and was taken over unchanged."];
  return {
    kind: "adopt",
    rule: { ...asked, name: live?.name ?? asked.name, credentialSet: live?.credentialSet },
    notes,
  };
}

function conflicts(
  target: string,
  others: readonly Occupant[],
  repositories: readonly string[],
): Judged[] {
  const found: Judged[] = [];
  const add = (code: string, field: string, message: string) =>
    found.push({ reason: "conflict", problem: { code, target: field, message } });
  const byName = others.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const rival = byName.find((one) => targetsOverlap(one.target, target));
  if (rival) {
    const how = isWildcard(target)
      ? "Wildcard targets may not be equal or nested"
      : "Two rules may not have one target";
    add(
      isWildcard(target) ? "WildcardTargetsOverlap" : "TargetInUse",
      "target",
      `${how}: rule "${rival.name}" caches "${rival.source}" at "${rival.target}". Use that rule, or choose another target.`,
    );
  }
  const taken = repositories.filter((name) => targetTakes(target, name)).sort();
  const [inTheWay] = taken;
  if (inTheWay !== undefined) {
    // The wildcard's code is ACR's own (Azure/ARO-HCP PR 5176); ACR's code for the static case is not documented.
    const code = isWildcard(target)
      ? "TargetRepositoryPrefixMatchesExistingRegistries"
      : "TargetRepositoryExists";
    add(
      code,
      "target",
      `Repository "${inTheWay}" exists and lies in the target "${target}". ACR takes no rule over an existing repository: choose another target, or delete the repository first.`,
    );
  }
  const places = new Set(others.map(({ name }) => name.toLowerCase())).size;
  if (places >= maximumRules) {
    add(
      "TooManyRules",
      "name",
      `The registry has ${places} of at most ${maximumRules} cache rules. Delete one, or cover several by a wildcard.`,
    );
  }
  return found;
}

function conflict(code: string, field: string, message: string): Decision {
  return { kind: "refuse", reason: "conflict", problems: [{ code, target: field, message }] };
}

const weight: Partial<Record<Reason, number>> = { invalid: 0, forbidden: 1, conflict: 2 };

/** The gravest reason leads: what is wrong in itself before what is forbidden before what is in the way. */
function refuse(judged: readonly Judged[]): Decision {
  const [first, ...rest] = judged.toSorted(
    (a, b) => (weight[a.reason] ?? 3) - (weight[b.reason] ?? 3),
  );
  if (!first) throw new Error("a refusal needs a problem");
  return {
    kind: "refuse",
    reason: first.reason,
    problems: [first.problem, ...rest.map(({ problem }) => problem)],
  };
}

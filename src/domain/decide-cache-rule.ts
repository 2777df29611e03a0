import { maximumRules, sameName } from "./cache-rule.ts";
import { chooseCredentialSet } from "./choose-credential-set.ts";
import { decideTakenName } from "./decide-taken-name.ts";
import type { DecidedRule, Decision, RuleFacts } from "./decision.ts";
import type { Problem, Reason } from "./errors.ts";
import { judgePolicy, needsApproval } from "./judge-policy.ts";
import { isWildcard, targetsOverlap, targetTakes } from "./mapping.ts";
import { normaliseMapping } from "./normalise-mapping.ts";
import { countOwned, type Occupant, occupants } from "./occupants.ts";
import { deriveRuleName, ruleNamePattern } from "./rule-name.ts";
import { expiryProblem, type RuleRequest } from "./rule-request.ts";

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
  const expired = expiryProblem(request.expiresOn, facts.now);
  if (expired) formProblems.push(expired);
  if (!form.ok || formProblems.length > 0)
    return refuse(formProblems.map((problem) => ({ reason: "invalid", problem })));

  const asked = { ...form.mapping, name };
  const record = facts.records.find((one) => sameName(one.name, name));
  const live = facts.live.find((one) => sameName(one.name, name));
  const taken = decideTakenName(request, asked, record, live);
  if (taken && taken.kind !== "adopt") return taken;
  const others = occupants(facts.records, facts.live).filter((one) => !sameName(one.name, name));
  const ownerRules = countOwned(others, request.owner);
  const offences = judgePolicy({ ...asked, owner: request.owner, ownerRules }, facts.policy).map(
    (problem): Judged => ({ reason: "forbidden", problem }),
  );
  if (taken) return offences.length > 0 ? refuse(offences) : taken;
  const { credentialSets, policy } = facts;
  const choice = chooseCredentialSet(request.credentialSet, asked.source, credentialSets, policy);
  const judged: Judged[] = [
    ...offences,
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
  // Where a rule serves the target already, its own cache is what is in the way: only the rule is worth telling.
  if (inTheWay !== undefined && !rival) {
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

import type { By } from "./caller.ts";
import type { Problem } from "./errors.ts";
import { patternCovers, patternMeets } from "./mapping.ts";
import type { Policy } from "./policy.ts";

/** What a policy is asked about. */
interface Asked {
  readonly name: string;
  readonly source: string;
  readonly owner?: string | undefined;
  /** Rules the same owner has already. */
  readonly ownerRules: number;
}

/** Every way in which a request offends the policy; empty when it may pass. Order is fixed. */
export function judgePolicy(asked: Asked, policy: Policy): readonly Problem[] {
  const problems: Problem[] = [];
  const denied = policy.deniedSources.find((pattern) => patternMeets(pattern, asked.source));
  if (denied !== undefined) {
    problems.push({
      code: "SourceDenied",
      target: "source",
      message: `This deployment's policy denies "${denied}". Ask for something it does not cover, or ask the platform team to change POLICY_DENIED_SOURCES.`,
    });
  }
  const { allowedSources } = policy;
  if (
    allowedSources.length > 0 &&
    !allowedSources.some((pattern) => patternCovers(pattern, asked.source))
  ) {
    problems.push({
      code: "SourceNotAllowed",
      target: "source",
      message: `This deployment's policy allows only ${allowedSources.join(", ")}. Ask for something within these, or ask the platform team to change POLICY_ALLOWED_SOURCES.`,
    });
  }
  if (policy.namePattern !== undefined && !new RegExp(policy.namePattern).test(asked.name)) {
    problems.push({
      code: "NameAgainstPolicy",
      target: "name",
      message: `Rule names here must match ${policy.namePattern}; "${asked.name}" does not.`,
    });
  }
  if (policy.ownerRequired && asked.owner === undefined) {
    problems.push({
      code: "OwnerRequired",
      target: "owner",
      message: "Say who owns the rule: a team or a person to ask about it.",
    });
  }
  const quota = policy.rulesPerOwner;
  if (quota !== undefined && asked.owner !== undefined && asked.ownerRules >= quota) {
    problems.push({
      code: "OwnerQuotaExceeded",
      target: "owner",
      message: `"${asked.owner}" has ${asked.ownerRules} rules and may have ${quota}. Delete one that is no longer used, or ask the platform team to raise POLICY_RULES_PER_OWNER.`,
    });
  }
  return problems;
}

/** Whether somebody else must agree before a rule on this source is created. */
export function needsApproval(source: string, by: By, policy: Policy): boolean {
  if (by.verified && policy.approvalExemptCallers.includes(by.id)) return false;
  return policy.approvalSources.some((pattern) => patternMeets(pattern, source));
}

import type { CredentialSetRequest } from "./credential-set-view.ts";
import { durationSeconds } from "./effective-policy.ts";
import type { Problem } from "./errors.ts";
import type { RotationPolicy } from "./rotation-policy.ts";
import type { RotationSettings } from "./rotation-ports.ts";

/** A policy's durations in seconds. */
export interface RotationTerms {
  readonly lifetimeSeconds: number;
  readonly renewBeforeSeconds: number;
  readonly graceSeconds: number;
  readonly retentionSeconds: number;
}

export function termsOf({
  lifetime,
  renewBefore,
  grace,
  retention,
}: Pick<RotationPolicy, "lifetime" | "renewBefore" | "grace" | "retention">): RotationTerms {
  return {
    lifetimeSeconds: durationSeconds(lifetime),
    renewBeforeSeconds: durationSeconds(renewBefore),
    graceSeconds: durationSeconds(grace),
    retentionSeconds: durationSeconds(retention),
  };
}

type Judged =
  | { readonly ok: true; readonly policy: RotationPolicy }
  | { readonly ok: false; readonly problems: readonly [Problem, ...Problem[]] };

/** The policy with the settings' word on what it leaves open, or everything that is wrong with it. */
export function judgeRotationPolicy(
  wish: NonNullable<CredentialSetRequest["rotation"]>,
  { defaults, minimumGraceSeconds }: Pick<RotationSettings, "defaults" | "minimumGraceSeconds">,
): Judged {
  const policy: RotationPolicy = {
    mode: wish.mode,
    account: wish.account,
    lifetime: wish.lifetime ?? defaults.lifetime,
    renewBefore: wish.renewBefore ?? defaults.renewBefore,
    grace: wish.grace ?? defaults.grace,
    retention: wish.retention ?? defaults.retention,
    scope: wish.scope ?? "repo:read",
    ...(wish.canary !== undefined && { canary: wish.canary }),
  };
  const [first, ...more] = problemsOf(policy, minimumGraceSeconds);
  return first ? { ok: false, problems: [first, ...more] } : { ok: true, policy };
}

function problemsOf(policy: RotationPolicy, minimumGraceSeconds: number): readonly Problem[] {
  const terms = termsOf(policy);
  const unreadable = (["lifetime", "renewBefore", "grace", "retention"] as const)
    .filter((name) => !(terms[`${name}Seconds`] > 0))
    .map((name) =>
      problem(
        "DurationInvalid",
        name,
        `"${policy[name]}" is no duration above nothing; write "P30D" or "PT12H".`,
      ),
    );
  if (unreadable.length > 0) return unreadable;
  const problems: Problem[] = [];
  if (policy.account.includes("--"))
    problems.push(
      problem(
        "AccountUnusable",
        "account",
        `The secret with the login of "${policy.account}" could be that of another account: "--" stands for "_" there. No Docker ID has two hyphens in a row.`,
      ),
    );
  if (terms.graceSeconds < minimumGraceSeconds)
    problems.push(
      problem(
        "GraceTooShort",
        "grace",
        `The grace "${policy.grace}" is under ${minimumGraceSeconds} s (ROTATION_MINIMUM_GRACE): an old token could be disabled before those who still hold it have shown themselves.`,
      ),
    );
  if (terms.lifetimeSeconds < terms.renewBeforeSeconds + terms.graceSeconds)
    problems.push(
      problem(
        "LifetimeTooShort",
        "lifetime",
        `A token that lives "${policy.lifetime}" and is renewed "${policy.renewBefore}" before its end would be renewed again before the grace "${policy.grace}" of the last one is over. Let it live longer, or renew it later.`,
      ),
    );
  return problems;
}

const problem = (code: string, field: string, message: string): Problem => ({
  code,
  message,
  target: `rotation.${field}`,
});

import type { CredentialSetRequest } from "./credential-set-view.ts";
import { durationSeconds } from "./effective-policy.ts";
import type { Problem } from "./errors.ts";
import { type RotationPolicy, tokenScopes } from "./rotation-policy.ts";
import type { RotationSettings } from "./rotation-ports.ts";
import { daySeconds } from "./time.ts";

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

type PolicySettings = Pick<
  RotationSettings,
  | "defaults"
  | "minimumGraceSeconds"
  | "maximumLifetimeSeconds"
  | "maximumScope"
  | "sweepEverySeconds"
>;

type Judged =
  | { readonly ok: true; readonly policy: RotationPolicy }
  | { readonly ok: false; readonly problems: readonly [Problem, ...Problem[]] };

/** The policy with the settings' word on what it leaves open, or everything that is wrong with it. */
export function judgeRotationPolicy(
  wish: NonNullable<CredentialSetRequest["rotation"]>,
  settings: PolicySettings,
): Judged {
  const { defaults } = settings;
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
  const [first, ...more] = problemsOf(policy, settings);
  return first ? { ok: false, problems: [first, ...more] } : { ok: true, policy };
}

/** Runs of the schedule that must fit into renewBefore. */
const sweeps = 6;

function problemsOf(policy: RotationPolicy, settings: PolicySettings): readonly Problem[] {
  const { minimumGraceSeconds, maximumLifetimeSeconds, maximumScope, sweepEverySeconds } = settings;
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
  if (terms.renewBeforeSeconds < sweeps * sweepEverySeconds)
    problems.push(
      problem(
        "RenewBeforeTooShort",
        "renewBefore",
        `The renewBefore "${policy.renewBefore}" is under ${sweeps * sweepEverySeconds} s: Larder looks every ${sweepEverySeconds} s (ROTATION_EVERY_SECONDS), and a token must not end before it has had some chances to renew it.`,
      ),
    );
  if (terms.retentionSeconds < minimumGraceSeconds)
    problems.push(
      problem(
        "RetentionTooShort",
        "retention",
        `The retention "${policy.retention}" is under ${minimumGraceSeconds} s (ROTATION_MINIMUM_GRACE): there would be no time to enable an old token again.`,
      ),
    );
  if (terms.lifetimeSeconds > maximumLifetimeSeconds)
    problems.push(
      problem(
        "LifetimeTooLong",
        "lifetime",
        `The lifetime "${policy.lifetime}" is over ${Math.round(maximumLifetimeSeconds / daySeconds)} days, the most this deployment allows (ROTATION_MAXIMUM_LIFETIME).`,
      ),
    );
  if (tokenScopes.indexOf(policy.scope) < tokenScopes.indexOf(maximumScope))
    problems.push(
      problem(
        "ScopeTooWide",
        "scope",
        `The scope "${policy.scope}" is more than "${maximumScope}", the most this deployment allows (ROTATION_MAXIMUM_SCOPE).`,
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

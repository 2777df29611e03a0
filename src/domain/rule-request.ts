import type { Problem } from "./errors.ts";
import type { RefreshPolicy } from "./refresh-policy.ts";
import type { Timestamp } from "./time.ts";

/** What a caller asks for, parsed but not yet judged. */
export interface RuleRequest {
  /** Absent: derived from the source. */
  readonly name?: string | undefined;
  readonly source: string;
  /** Absent: the source itself, host included, which cannot clash across upstreams. */
  readonly target?: string | undefined;
  readonly credentialSet?: string | undefined;
  readonly refresh?: RefreshPolicy | undefined;
  readonly owner?: string | undefined;
  readonly reason?: string | undefined;
  readonly expiresOn?: Timestamp | undefined;
}

/** Changes to a rule; absent: leave alone, null: take away. Source and target cannot change (facts/acr.md section 1). */
export interface RulePatch {
  readonly credentialSet?: string | null | undefined;
  readonly refresh?: RefreshPolicy | null | undefined;
  readonly owner?: string | null | undefined;
  readonly reason?: string | null | undefined;
  readonly expiresOn?: Timestamp | null | undefined;
}

/** What is wrong with an expiry that is asked for, if anything; none asked for is fine. */
export function expiryProblem(
  expiresOn: Timestamp | null | undefined,
  now: Timestamp,
): Problem | undefined {
  if (expiresOn === null || expiresOn === undefined || expiresOn > now) return undefined;
  const message = `expiresOn ${expiresOn} has passed; it is ${now}.`;
  return { code: "ExpiresInThePast", target: "expiresOn", message };
}

import type { Rotation } from "./rotation.ts";
import { secondsBetween, type Timestamp } from "./time.ts";

/** What was seen of a new token since it lies in the live secret. */
export interface UseFacts {
  /** Every credential set that reads the secret, as ACR reports it. */
  readonly unhealthy: readonly string[];
  /** Whether the canary was pulled; undefined: there is none to pull. */
  readonly canary: boolean | undefined;
  /** Whether `last_used` moved; undefined: it cannot be seen, or need not be. */
  readonly seen: boolean | undefined;
}

export type Confirmation =
  | { readonly kind: "confirmed" }
  | {
      readonly kind: "wait";
      readonly seconds: number;
      readonly code: "NotConfirmedYet" | "AcrUnwell";
      readonly message: string;
    }
  /** ACR did well before and does not now: the old token is to be put back. */
  | { readonly kind: "rollBack"; readonly message: string }
  /** Not proved in time, and nothing says that the new token is to blame. */
  | {
      readonly kind: "stuck";
      readonly code: "NotConfirmed" | "NewTokenNotSeen";
      readonly message: string;
    };

/** For so long ACR must have been seen to do worse without a break before a new token is blamed for it, seconds. */
const lasting = 120;

/**
 * Judges a promoted token. Blame needs a comparison: what failed before the promotion, too, says nothing about the token; and
 * it needs to last: one pull that fails says nothing either.
 */
export function judgeConfirmation(
  { healthyBefore, canaryBefore, promotedAt = "", hold }: Rotation,
  { unhealthy, canary, seen }: UseFacts,
  now: Timestamp,
  confirmSeconds: number,
): Confirmation {
  const healthy = unhealthy.length === 0;
  if (healthy && canary !== false && seen !== false) return { kind: "confirmed" };
  const age = secondsBetween(promotedAt, now);
  const toBlame = (!healthy && healthyBefore) || (canary === false && canaryBefore);
  const trouble = [
    ...unhealthy.map((set) => `ACR calls credential set "${set}" unhealthy.`),
    ...(canary === false ? ["The canary cannot be pulled through the registry."] : []),
  ].join(" ");
  const wait = {
    kind: "wait",
    seconds: age < 60 ? 10 : 60,
    // Only what may be blamed on the token is timed: the hold's beginning says since when.
    code: toBlame ? "AcrUnwell" : "NotConfirmedYet",
    message: trouble || "Docker Hub does not show yet that the new token was used.",
  } as const;
  if (age < confirmSeconds) return wait;
  const unwellSince = hold?.code === "AcrUnwell" ? hold.since : now;
  const lasted = secondsBetween(unwellSince, now) >= Math.min(lasting, confirmSeconds);
  if (toBlame) return lasted ? { kind: "rollBack", message: trouble } : wait;
  if (trouble !== "")
    return {
      kind: "stuck",
      code: "NotConfirmed",
      message: `${trouble} It was so before the new token, too, which works at Docker Hub and stays live. The old one is not revoked before it, or a later one, is proved.`,
    };
  return {
    kind: "stuck",
    code: "NewTokenNotSeen",
    message:
      "ACR is healthy with the new token, but Docker Hub does not show that it was used. The old one is not revoked before that, or a later token is proved; ROTATION_LAST_USED=ignore goes on without.",
  };
}

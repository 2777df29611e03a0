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
  | { readonly kind: "wait"; readonly seconds: number; readonly message: string }
  /** ACR did well before and does not now: the old token is to be put back. */
  | { readonly kind: "rollBack"; readonly message: string }
  /** Not proved in time, and nothing says that the new token is to blame. */
  | {
      readonly kind: "stuck";
      readonly code: "NotConfirmed" | "NewTokenNotSeen";
      readonly message: string;
    };

/** Judges a promoted token. Blame needs a comparison: what failed before the promotion, too, says nothing about the token. */
export function judgeConfirmation(
  { healthyBefore, canaryBefore, promotedAt = "" }: Rotation,
  { unhealthy, canary, seen }: UseFacts,
  now: Timestamp,
  confirmSeconds: number,
): Confirmation {
  const healthy = unhealthy.length === 0;
  if (healthy && canary !== false && seen !== false) return { kind: "confirmed" };
  const age = secondsBetween(promotedAt, now);
  const trouble = [
    ...unhealthy.map((set) => `ACR calls credential set "${set}" unhealthy.`),
    ...(canary === false ? ["The canary cannot be pulled through the registry."] : []),
  ].join(" ");
  if (age < confirmSeconds)
    return {
      kind: "wait",
      seconds: age < 60 ? 10 : 60,
      message: trouble || "Docker Hub does not show yet that the new token was used.",
    };
  const toBlame = (!healthy && healthyBefore) || (canary === false && canaryBefore);
  if (toBlame) return { kind: "rollBack", message: trouble };
  if (trouble !== "")
    return {
      kind: "stuck",
      code: "NotConfirmed",
      message: `${trouble} It was so before the new token, too. Both tokens stay valid.`,
    };
  return {
    kind: "stuck",
    code: "NewTokenNotSeen",
    message:
      "ACR is healthy with the new token, but Docker Hub does not show that it was used. Both tokens stay valid; ROTATION_LAST_USED=ignore goes on without.",
  };
}

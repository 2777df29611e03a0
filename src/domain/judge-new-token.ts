import type { Problem } from "./errors.ts";
import type { Rotation, RotationRecord } from "./rotation.ts";
import type { Identification } from "./rotation-ports.ts";
import { secondsBetween, type Timestamp } from "./time.ts";
import { includesScope, widestScope } from "./token-rights.ts";
import type { UpstreamHead } from "./upstream-answer.ts";

/** What became of one test of a new token. */
export type TestVerdict =
  | { readonly kind: "good" }
  /** Docker Hub says no; a new token may need a while to be known everywhere, so it is asked again before it is believed. */
  | { readonly kind: "refused"; readonly problem: Problem }
  /** The token works but is the wrong one. */
  | { readonly kind: "wrong"; readonly problem: Problem }
  /** Nothing was learnt. */
  | {
      readonly kind: "unknown";
      readonly problem: Problem;
      readonly retryAfterSeconds?: number | undefined;
    };

/** For so long a clear refusal of a new token may be a delay of Docker's, seconds (facts/docker-hub.md section 7). */
const patience = 600;

/** Whether refusals have gone on for long enough to be believed. */
export function isRefusedForGood({ refusedSince }: Rotation, now: Timestamp): boolean {
  return refusedSince !== undefined && secondsBetween(refusedSince, now) >= patience;
}

const good: TestVerdict = { kind: "good" };
const wrong = (code: string, message: string): TestVerdict => ({
  kind: "wrong",
  problem: { code, message },
});
/** Of a token of which Docker Hub says nothing else. */
export const tokenRefused = {
  kind: "refused",
  problem: { code: "NewTokenRefused", message: "Docker Hub refuses the new token." },
} as const satisfies TestVerdict;

/**
 * Judges whose token it is. What its session does not name tells nothing, and more than is needed does no harm at once: both are
 * told (describe-new-token.ts).
 */
export function judgeIdentity(
  { policy }: Pick<RotationRecord, "policy">,
  { newUuid }: Pick<Rotation, "newUuid">,
  found: Identification,
): TestVerdict {
  const { kind, uuid, username, scopes } = found;
  if (kind === "password")
    return wrong("NotAToken", "That is the account's password, not an access token.");
  // The Hub login takes a token under any user name (trufflehog#4099); the registry must get the right one.
  if (username !== undefined && username.toLowerCase() !== policy.account.toLowerCase())
    return wrong(
      "TokenOfAnotherAccount",
      `The new token belongs to "${username}", and the credential set signs in as "${policy.account}".`,
    );
  if (newUuid !== undefined && uuid !== undefined && uuid !== newUuid)
    return wrong(
      "AnotherToken",
      "The pending secret holds another token than the one that was made.",
    );
  const widest = widestScope(found);
  if (widest !== undefined && !includesScope(widest, policy.scope))
    return wrong(
      "ScopeTooNarrow",
      `The new token may do "${scopes.join(" ")}", and "${policy.scope}" is needed.`,
    );
  return good;
}

/**
 * Judges the end that a person wrote to the token they placed: a mistyped one would have a good token taken for dead.
 * Docker Hub's own word, which Larder has for the tokens it makes, needs no such doubt.
 */
export function judgeExpiry(
  { policy }: Pick<RotationRecord, "policy">,
  { newExpiresAt }: Pick<Rotation, "newExpiresAt">,
  expiresAt: Timestamp | undefined,
  now: Timestamp,
): TestVerdict {
  if (policy.mode !== "assisted" || newExpiresAt !== undefined || expiresAt === undefined)
    return good;
  return expiresAt <= now
    ? wrong(
        "ExpiryPassed",
        `The pending secret's version says that its token ended ${expiresAt}. Write it again with the token's own end (--expires).`,
      )
    : good;
}

const address = /^[\d.]+$|:/;

/** Judges the HEAD of an image made for that, with the new token (facts/docker-hub.md section 2): it costs no pull. */
export function judgeProbe(head: UpstreamHead): TestVerdict {
  switch (head.kind) {
    case "found":
      // An address in the place of the account: the registry took us for nobody.
      return head.rate.account !== undefined && address.test(head.rate.account)
        ? {
            kind: "refused",
            problem: {
              code: "NewTokenNotUsed",
              message:
                "The registry of Docker Hub counts requests with the new token as anonymous.",
            },
          }
        : good;
    case "badLogin":
      return tokenRefused;
    case "couldNotAsk":
      return {
        kind: "unknown",
        problem: { code: "ProbeUnanswered", message: head.message },
        retryAfterSeconds: head.retryAfterSeconds,
      };
    case "denied":
    case "absent":
      return good;
  }
}

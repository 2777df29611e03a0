import { LarderError } from "../domain/errors.ts";
import type { LiveToken, RotationRecord } from "../domain/rotation.ts";
import type { HeldSecret, Identification } from "../domain/rotation-ports.ts";
import { secondsBetween } from "../domain/time.ts";
import { tokenTag } from "../domain/token-marks.ts";
import type { RotationPorts } from "./rotation-site.ts";

/** The live secret as it was read, and whose token Docker Hub says it holds. */
export interface LiveReading {
  readonly secret: HeldSecret | undefined;
  /** "refused": Docker Hub clearly does not take it; undefined: it could not be asked. */
  readonly identity: Identification | "refused" | undefined;
  /** Why it could not be asked. */
  readonly problem?: LarderError | undefined;
}

type LivePorts = Pick<RotationPorts, "hubLogins" | "secrets">;

/** Reads the live secret and asks Docker Hub whose token it is. Rejects when the vault does not answer. */
export async function readLive(
  { hubLogins, secrets }: LivePorts,
  { passwordSecretId, policy }: Pick<RotationRecord, "passwordSecretId" | "policy">,
): Promise<LiveReading> {
  const secret = await secrets.get(passwordSecretId);
  if (!secret?.value) return { secret, identity: undefined };
  try {
    const found = await hubLogins.identify(policy.account, secret.value);
    return { secret, identity: found ?? "refused" };
  } catch (problem) {
    if (!(problem instanceof LarderError)) throw problem;
    return { secret, identity: undefined, problem };
  }
}

/**
 * Whether the live secret holds the token with this uuid; "unknown" is to be read as yes by whoever
 * wants to revoke it. A token that is refused is told by the vault's tags alone.
 */
export function liveHolds(
  { secret, identity }: LiveReading,
  uuid: string,
): "yes" | "no" | "unknown" {
  if (!secret) return "no";
  const named =
    identity === undefined
      ? undefined
      : identity === "refused"
        ? secret.tags[tokenTag]
        : identity.kind === "password"
          ? ""
          : identity.uuid;
  if (named === undefined) return "unknown";
  return named === uuid ? "yes" : "no";
}

/** One refusal may be a hiccup of Docker Hub's; it is believed when it comes again so much later, seconds. */
export const refusalPatience = 60;

/** What is to be remembered of a reading; `known` is what was remembered of the same version. */
export function liveToken(
  { secret, identity }: LiveReading,
  known: LiveToken | undefined,
  checkedAt: string,
): LiveToken | undefined {
  if (!secret) return undefined;
  const same = known?.version === secret.version ? known : undefined;
  const expiresAt = secret.expiresAt ?? same?.expiresAt;
  const base = { version: secret.version, checkedAt, expiresAt, since: same?.since };
  if (identity === "refused") {
    const refusedAt = same?.refusedAt ?? checkedAt;
    const ended = expiresAt !== undefined && expiresAt <= checkedAt;
    const believed = ended || secondsBetween(refusedAt, checkedAt) >= refusalPatience;
    const uuid = same?.uuid ?? secret.tags[tokenTag];
    return { ...base, refusedAt, works: believed ? "no" : "unknown", kind: same?.kind, uuid };
  }
  if (!identity) return { ...base, works: "unknown", kind: same?.kind, uuid: same?.uuid };
  return { ...base, works: "yes", kind: identity.kind, uuid: identity.uuid };
}

/** For a step that must know what the live secret holds before it revokes anything. */
export function notKnown(): LarderError {
  return new LarderError("unavailable", {
    code: "LiveTokenUnknown",
    message:
      "It could not be made sure which token the live secret holds, so nothing is revoked. It is tried again.",
  });
}

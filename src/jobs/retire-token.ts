import { termsOf } from "../domain/judge-rotation-policy.ts";
import type { Rotation } from "../domain/rotation.ts";
import { daySeconds, plusSeconds, secondsBetween, type Timestamp } from "../domain/time.ts";
import { revokeInstructions } from "../domain/token-instructions.ts";
import { closePending } from "./close-pending.ts";
import { deleteOldToken } from "./delete-old-token.ts";
import { disableOldToken, whatForbids } from "./disable-old-token.ts";
import { cannotSignIn } from "./discard-token.ts";
import { readLive } from "./live-token.ts";
import type { RotationSite, StepOutcome } from "./rotation-site.ts";

/** Uses so soon after the confirmation are ACR's own last ones, seconds. */
const settling = 600;

/**
 * confirmed → quiesced → disabled → done: what becomes of the old token. Failing here is a warning, not an alarm: both tokens
 * are valid, and the old one's own end is the backstop.
 */
export async function retireToken(site: RotationSite, rotation: Rotation): Promise<StepOutcome> {
  const now = site.ports.ambient.now();
  const { mode } = site.desk.record().policy;
  if (rotation.oldUuid === undefined) return nothingToRetire(site, rotation);
  if (mode === "assisted") return handOver(site, rotation, now);
  try {
    if (rotation.state === "quiesced") return await disableOldToken(site, rotation);
    if (rotation.state === "disabled") return await deleteOldToken(site, rotation);
    return await watchOldToken(site, rotation, now);
  } catch (error) {
    if (!cannotSignIn(error)) throw error;
    return notRevoked(site, rotation, now, error.problem);
  }
}

async function nothingToRetire(site: RotationSite, rotation: Rotation): Promise<StepOutcome> {
  await closePending(site, rotation);
  const message = "The rotation is over: there was no old token to retire.";
  return {
    change: { state: "done" },
    tell: [{ name: "RotationEnded", tokenUuid: rotation.newUuid, message }],
  };
}

/** Assisted: only a person can revoke it, after the grace. */
async function handOver(
  site: RotationSite,
  rotation: Rotation,
  now: Timestamp,
): Promise<StepOutcome> {
  const record = site.desk.record();
  const due = plusSeconds(rotation.quietSince ?? now, termsOf(record.policy).graceSeconds);
  if (due > now) return { change: { nextAt: due } };
  // A person does as told: what must not be revoked is not said to be.
  const stop = await whatForbids(site, rotation, await readLive(site.ports, record));
  if (stop) return stop;
  const { oldUuid, newUuid, newKind } = rotation;
  await closePending(site, rotation);
  return {
    change: { state: "done" },
    tell: [
      {
        name: "RevocationNeeded",
        tokenUuid: oldUuid,
        message: revokeInstructions(record, oldUuid, newKind),
      },
      {
        name: "RotationEnded",
        tokenUuid: newUuid,
        message: "The rotation is over, but for the old token, which a person is to revoke.",
      },
    ],
  };
}

/** confirmed → quiesced once the old token has been quiet for the grace; somebody else's use of it stops that. */
async function watchOldToken(
  site: RotationSite,
  rotation: Rotation,
  now: Timestamp,
): Promise<StepOutcome> {
  const { graceSeconds, retentionSeconds } = termsOf(site.desk.record().policy);
  const { oldUuid, confirmedAt = now, quietSince = now, hold } = rotation;
  const tokens = await site.ports.accessTokens.list(await site.hub());
  const old = tokens.find(({ uuid }) => uuid === oldUuid);
  if (!old) return { change: { state: "disabled", disabledAt: now } };
  const used = old.lastUsedAt;
  if (used !== undefined && used > quietSince) {
    if (secondsBetween(confirmedAt, used) <= settling)
      return {
        change: { quietSince: used, nextAt: soonest(plusSeconds(used, graceSeconds), now) },
      };
    const message = `Token ${oldUuid} was used ${used}, after ACR had the new one: somebody else has it, too. It stays as it is until it has been quiet for grace and retention together; find out who uses it, and give them a token of their own.`;
    return {
      change: { quietSince: used, nextAt: plusSeconds(now, daySeconds) },
      hold: { code: "OldTokenInUse", message, tell: "OldTokenInUse" },
    };
  }
  // Who uses it once a week would lose it to a grace of a day.
  const shared = hold?.code === "OldTokenInUse";
  const due = plusSeconds(quietSince, shared ? graceSeconds + retentionSeconds : graceSeconds);
  if (due > now) return { change: { nextAt: soonest(due, now) }, ...stillHeld(rotation) };
  return { change: { state: "quiesced" } };
}

/** A hold stays until the token has been quiet for long enough. */
function stillHeld({ hold }: Rotation): Pick<StepOutcome, "hold"> {
  return hold?.code === "OldTokenInUse" ? { hold: { code: hold.code, message: hold.message } } : {};
}

/** Looked at daily in between. */
function soonest(due: Timestamp, now: Timestamp): Timestamp {
  const daily = plusSeconds(now, daySeconds);
  return due < daily ? due : daily;
}

/**
 * The account cannot be signed in: nothing is revoked until it can, or the old token has ended by itself. One failure alone, which
 * may be a session that ended under way, gives nothing up.
 */
async function notRevoked(
  site: RotationSite,
  rotation: Rotation,
  now: Timestamp,
  { code, message }: { readonly code: string; readonly message: string },
): Promise<StepOutcome> {
  const { oldExpiresAt, oldUuid, hold } = rotation;
  if (hold?.code === code && oldExpiresAt !== undefined && oldExpiresAt <= now) {
    await closePending(site, rotation);
    const text = `Token ${oldUuid} could not be revoked, but has ended by itself.`;
    return {
      change: { state: "done" },
      tell: [{ name: "RotationEnded", tokenUuid: oldUuid, message: text }],
    };
  }
  return {
    change: { nextAt: plusSeconds(now, daySeconds) },
    hold: {
      code,
      message: `The old token ${oldUuid} is not revoked. ${message}`,
      tell: "RevocationFailed",
    },
  };
}

import { type Rotation, runningRotation } from "../domain/rotation.ts";
import type { HeldSecret } from "../domain/rotation-ports.ts";
import { daySeconds, plusSeconds, type Timestamp } from "../domain/time.ts";
import { rotationTag, tokenTag } from "../domain/token-marks.ts";
import { closePending } from "./close-pending.ts";
import { superseded } from "./promote-token.ts";
import type { RotationSite, StepOutcome } from "./rotation-site.ts";

/** Seconds until it is looked at again whether the rotation beside it has ended. */
const hourly = 3600;

/** Whether the live secret holds a rotation's new token: by the rotation's mark, or, where a later one was rolled back, the token's. */
export function isTokenOf(live: HeldSecret | undefined, { id, newUuid }: Rotation): boolean {
  const { [rotationTag]: rotation, [tokenTag]: token } = live?.tags ?? {};
  return rotation === id || (newUuid !== undefined && token === newUuid);
}

/** Whether another rotation than this one has not put its token to use yet. */
export function anotherRuns({ desk }: RotationSite, { id }: Rotation): boolean {
  const running = runningRotation(desk.record());
  return running !== undefined && running.id !== id;
}

/**
 * What becomes of a rotation whose token the live secret holds no more. Where a later rotation put its own there, that one's
 * proof goes for both; until then the old token stays, or ends by itself. Where somebody else did, this one's token is taken back.
 */
export async function overtaken(site: RotationSite, rotation: Rotation): Promise<StepOutcome> {
  const { rotations, ended } = site.desk.record();
  const now = site.ports.ambient.now();
  if (rotation.state !== "unproved") return superseded(rotation);
  const later = [...rotations, ...ended].filter(
    (one) => one.id !== rotation.id && (one.promotedAt ?? "") > (rotation.promotedAt ?? ""),
  );
  const proved = later.find((one) => one.confirmedAt !== undefined);
  if (proved) return provedByLater(rotation, proved, now);
  if (later.length > 0) return hasEndedByItself(site, rotation, now);
  if (anotherRuns(site, rotation)) return { change: { nextAt: plusSeconds(now, hourly) } };
  return superseded(rotation);
}

/** unproved → confirmed: ACR signs in with a newer token than both of this rotation. */
function provedByLater(
  { oldUuid, newUuid = "" }: Rotation,
  { newUuid: laterUuid = "", confirmedAt }: Rotation,
  now: Timestamp,
): StepOutcome {
  const rest = oldUuid === undefined ? "" : ` The old one, ${oldUuid}, is retired after the grace.`;
  const message = `ACR signs in with token ${laterUuid}, which came after ${newUuid}.${rest}`;
  return {
    change: { state: "confirmed", confirmedAt, quietSince: now },
    tell: [{ name: "TokenConfirmed", tokenUuid: laterUuid, message }],
  };
}

/** unproved → done, once neither of its tokens is of any use; the token that it made is the later rotation's old one. */
async function hasEndedByItself(
  site: RotationSite,
  rotation: Rotation,
  now: Timestamp,
): Promise<StepOutcome> {
  const { oldUuid, oldExpiresAt, newUuid } = rotation;
  const over = oldUuid === undefined || (oldExpiresAt !== undefined && oldExpiresAt <= now);
  const code = "NotProved";
  if (!over) {
    const message = `The old token ${oldUuid} is not revoked before a later one than ${newUuid} is proved.`;
    return { change: { nextAt: plusSeconds(now, daySeconds) }, hold: { code, message } };
  }
  await closePending(site, rotation);
  const message = `ACR was never seen to use token ${newUuid}, which a later one has replaced.`;
  const text = oldUuid === undefined ? message : `${message} Token ${oldUuid} has ended by itself.`;
  return {
    change: { state: "done", failure: { code, message } },
    tell: [{ name: "RotationEnded", tokenUuid: newUuid, message: text }],
  };
}

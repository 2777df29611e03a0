import type { AskedRotation, Rotation } from "../domain/rotation.ts";
import type { Timestamp } from "../domain/time.ts";

/*
 * How a request ends that never becomes a rotation of its own, so that its operation can be read.
 */

/** It came while another rotation was being begun, which did all that was asked for: done, and by which. */
export function doneBy(
  { id, newUuid, newKind, newExpiresAt }: Rotation,
  asked: AskedRotation,
  now: Timestamp,
): Rotation {
  const reason = [asked.reason, `done by rotation ${id}, which began first`];
  return {
    ...endedAt(asked, now),
    state: "done",
    reason: reason.filter(Boolean).join("; "),
    newUuid,
    newKind,
    newExpiresAt,
  };
}

/** Nobody had to force it when it came, and somebody would have to by now. */
export function notDue(asked: AskedRotation, now: Timestamp): Rotation {
  const failure = {
    code: "RotationNotDue",
    message:
      "When its turn came the token had more left than renewBefore. Ask with force to renew it all the same.",
  };
  return { ...endedAt(asked, now), state: "failed", failure };
}

function endedAt(
  { id, at, trigger, by, reason }: AskedRotation,
  now: Timestamp,
): Omit<Rotation, "state"> {
  const times = { startedAt: at, since: now, updatedAt: now, nextAt: now, endedAt: now };
  return { id, trigger, by, reason, ...times };
}

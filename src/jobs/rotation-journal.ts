import type { Announcement } from "../domain/announcement.ts";
import { type LarderError, mayRetry } from "../domain/errors.ts";
import { cooldownOf } from "../domain/judge-live-token.ts";
import { blockedFor, failedHold, waitingHold } from "../domain/next-hold.ts";
import { longestWait, stepDelay } from "../domain/plan-rotation.ts";
import { hasEnded, isRetiring, type Rotation, type RotationRecord } from "../domain/rotation.ts";
import { daySeconds, plusSeconds, secondsBetween, type Timestamp } from "../domain/time.ts";
import { doneBy } from "./asked-rotation.ts";
import type { RotationPorts, StepOutcome, Told } from "./rotation-site.ts";

type JournalPorts = Pick<RotationPorts, "ambient" | "rotationSettings">;

const endedKept = 10;

/** What is to be told, added to what is not told yet. */
export function saying(
  { ambient }: Pick<RotationPorts, "ambient">,
  record: RotationRecord,
  tell: readonly Told[],
  rotation?: string,
): Pick<RotationRecord, "unsaid"> {
  const { registry, name: credentialSet, unsaid } = record;
  const added = tell.map(
    (told): Announcement => ({
      ...told,
      id: ambient.newId(),
      at: ambient.now(),
      registry,
      credentialSet,
      rotation,
    }),
  );
  return { unsaid: [...unsaid, ...added] };
}

/** The change of the record that a step's outcome makes. Leaving a state takes the hold away. */
export function stepped(
  ports: JournalPorts,
  record: RotationRecord,
  rotation: Rotation,
  { change, tell = [], hold, record: more }: StepOutcome,
): Partial<RotationRecord> {
  const now = ports.ambient.now();
  const moved = change.state !== undefined && change.state !== rotation.state;
  const kept = hold && waitingHold(rotation.hold, hold, now, hold.tell !== undefined);
  const next: Rotation = {
    ...rotation,
    nextAt: now,
    ...change,
    since: moved ? now : rotation.since,
    updatedAt: now,
    hold: kept?.hold,
  };
  const told =
    hold?.tell && kept?.tell ? [...tell, { name: hold.tell, message: hold.message }] : tell;
  const ended: Rotation = hasEnded(next) ? { ...next, endedAt: now } : next;
  return {
    ...more,
    ...saying(ports, record, told, rotation.id),
    ...placed(withRequest(record, rotation, ended, now), ended),
    ...(ended.state === "failed" && cooledDown(ports, { ...record, ...more })),
  };
}

/**
 * With a request ended that the rotation did, too, now that its token is proved. While one runs no other request is taken, so that
 * what stands then came before it began.
 */
function withRequest(
  record: RotationRecord,
  before: Rotation,
  after: Rotation,
  now: Timestamp,
): Pick<RotationRecord, "rotations" | "ended"> {
  const { asked } = record;
  const proved = !isRetiring(before) && (isRetiring(after) || after.state === "done");
  // Asked for since its token went live: that one may be what somebody wants to be rid of.
  const covers = asked && asked.at <= (after.promotedAt ?? now);
  return asked && proved && covers ? placed(record, doneBy(after, asked, now)) : record;
}

/** When the next rotation may begin by itself; the set is looked at then. */
function cooledDown(
  { ambient, rotationSettings }: JournalPorts,
  { live, lookAt }: RotationRecord,
): Pick<RotationRecord, "notBefore" | "lookAt"> {
  const now = ambient.now();
  const notBefore = plusSeconds(now, cooldownOf(live, now, rotationSettings.cooldownSeconds));
  return { notBefore, lookAt: notBefore < lookAt ? notBefore : lookAt };
}

/** A rotation in its place among the others. */
export function placed(
  { rotations, ended }: Pick<RotationRecord, "rotations" | "ended">,
  next: Rotation,
): Pick<RotationRecord, "rotations" | "ended"> {
  const others = rotations.filter(({ id }) => id !== next.id);
  if (hasEnded(next)) return { rotations: others, ended: [next, ...ended].slice(0, endedKept) };
  const known = rotations.some(({ id }) => id === next.id);
  return {
    rotations: known
      ? rotations.map((one) => (one.id === next.id ? next : one))
      : [...others, next],
    ended,
  };
}

/** The change of the record after a step that failed: nothing is lost, it is tried again. */
export function stepFailed(
  ports: JournalPorts,
  record: RotationRecord,
  rotation: Rotation,
  error: LarderError,
): Partial<RotationRecord> {
  const now = ports.ambient.now();
  const blocked = !mayRetry(error);
  const { hold: failed, tell } = failedHold(rotation.hold, error.problem, now);
  const hold = { ...failed, blocked };
  const wait = blocked ? blockedFor(hold, false) : stepDelay(hold.tries, error.retryAfterSeconds);
  const told: Told = {
    name: blocked ? "RotationBlocked" : "RotationStepFailed",
    message: `In state "${rotation.state}": ${hold.message}`,
  };
  const next: Rotation = { ...rotation, hold, updatedAt: now, nextAt: plusSeconds(now, wait) };
  // The look that began it may have met the same problem, and told it.
  const { toldCode, told: toldAt = "" } = record.hold ?? {};
  const known = toldCode === hold.code && secondsBetween(toldAt, now) < daySeconds;
  return {
    ...saying(ports, record, tell && !known ? [told] : [], rotation.id),
    ...placed(record, next),
  };
}

/** Seconds: of a token that ends within hours many looks must fit into what is left. */
function longestBefore({ live }: RotationRecord, now: Timestamp): number {
  const left = live?.expiresAt === undefined ? 0 : secondsBetween(now, live.expiresAt);
  return left > 0 ? Math.min(longestWait, Math.max(300, left / 16)) : longestWait;
}

/** The change after a look that failed; `tellAfter`: nobody is told before it has failed for so many seconds. */
export function lookFailed(
  ports: JournalPorts,
  record: RotationRecord,
  startedAt: Timestamp,
  error: LarderError,
  tellAfter = 0,
): Partial<RotationRecord> {
  const now = ports.ambient.now();
  const blocked = !mayRetry(error);
  const { hold: failed, tell } = failedHold(record.hold, error.problem, now, tellAfter);
  const hold = { ...failed, blocked };
  const wait = blocked
    ? blockedFor(hold, record.asked !== undefined)
    : stepDelay(hold.tries + 3, error.retryAfterSeconds, longestBefore(record, now));
  const told: Told = {
    name: blocked ? "RotationBlocked" : "RotationStepFailed",
    message: `Looking at the credential set: ${hold.message}`,
  };
  // A rotation under way that meets the same problem has told it.
  const known = record.rotations.some((one) => one.hold?.code === hold.code);
  return {
    ...saying(ports, record, tell && !known ? [told] : []),
    hold,
    lookedAt: startedAt,
    lookAt: plusSeconds(now, wait),
  };
}

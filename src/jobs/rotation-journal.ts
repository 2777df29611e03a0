import type { Announcement } from "../domain/announcement.ts";
import { type LarderError, mayRetry } from "../domain/errors.ts";
import { cooldownOf } from "../domain/judge-live-token.ts";
import { stepDelay } from "../domain/plan-rotation.ts";
import { type Hold, hasEnded, type Rotation, type RotationRecord } from "../domain/rotation.ts";
import { daySeconds, plusSeconds, secondsBetween, type Timestamp } from "../domain/time.ts";
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
  const kept = hold && nextHold(rotation.hold, hold, now, daySeconds);
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
    ...placed(record, ended),
    ...(ended.state === "failed" && cooledDown(ports, { ...record, ...more })),
  };
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
  { rotations, ended }: RotationRecord,
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

/** Seconds until a fault that only a person can mend is met again. A hint or a request comes sooner. */
const blockedDelay = 6 * 3600;

/** The change of the record after a step that failed: nothing is lost, it is tried again. */
export function stepFailed(
  ports: JournalPorts,
  record: RotationRecord,
  rotation: Rotation,
  error: LarderError,
): Partial<RotationRecord> {
  const now = ports.ambient.now();
  const { hold, tell } = nextHold(rotation.hold, error.problem, now, daySeconds);
  const blocked = !mayRetry(error);
  const wait = blocked ? blockedDelay : stepDelay(hold.tries, error.retryAfterSeconds);
  const told: Told = {
    name: blocked ? "RotationBlocked" : "RotationStepFailed",
    message: `In state "${rotation.state}": ${hold.message}`,
  };
  const next: Rotation = { ...rotation, hold, updatedAt: now, nextAt: plusSeconds(now, wait) };
  // The look that began it may have met the same problem, and told it.
  const { code, told: toldAt = "" } = record.hold ?? {};
  const known = code === hold.code && secondsBetween(toldAt, now) < daySeconds;
  return {
    ...saying(ports, record, tell && !known ? [told] : [], rotation.id),
    ...placed(record, next),
  };
}

/** The change after a look that failed. */
export function lookFailed(
  ports: JournalPorts,
  record: RotationRecord,
  startedAt: Timestamp,
  error: LarderError,
): Partial<RotationRecord> {
  const now = ports.ambient.now();
  const { hold, tell } = nextHold(record.hold, error.problem, now, daySeconds);
  const blocked = !mayRetry(error);
  const wait = blocked ? blockedDelay : stepDelay(hold.tries + 3, error.retryAfterSeconds);
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

/** A hold that goes on or begins; `tell`: it is new, or another `every` seconds have passed since it began. */
function nextHold(
  held: Hold | undefined,
  { code, message }: { readonly code: string; readonly message: string },
  now: Timestamp,
  every: number,
): { readonly hold: Hold; readonly tell: boolean } {
  if (held?.code !== code)
    return { hold: { code, message, since: now, told: now, tries: 1 }, tell: true };
  const tell = secondsBetween(held.told, now) >= every;
  return {
    hold: { code, message, since: held.since, told: tell ? now : held.told, tries: held.tries + 1 },
    tell,
  };
}

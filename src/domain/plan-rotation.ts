import {
  hasEnded,
  isAside,
  type Rotation,
  type RotationRecord,
  runningRotation,
} from "./rotation.ts";
import { daySeconds, plusSeconds, type Timestamp } from "./time.ts";

/** What to do with a credential set next. */
export type RotationTask =
  | { readonly do: "look" }
  | { readonly do: "step"; readonly rotation: Rotation }
  | { readonly do: "nothing"; readonly until: Timestamp };

/**
 * The next thing to do at `now`. A rotation under way comes before a look at the set, which may begin one,
 * and that before old tokens, which can wait.
 */
export function planRotation(record: RotationRecord, now: Timestamp): RotationTask {
  const running = runningRotation(record);
  if (running && stepDueAt(record, running) <= now) return { do: "step", rotation: running };
  if (lookDueAt(record, running) <= now || canBegin(record, running)) return { do: "look" };
  const aside = record.rotations.find((one) => isAside(one) && asideDueAt(record, one) <= now);
  if (aside) return { do: "step", rotation: aside };
  return { do: "nothing", until: nextAtOf(record) };
}

/** When there is something to do again. */
export function nextAtOf(record: RotationRecord): Timestamp {
  const running = runningRotation(record);
  const steps = record.rotations
    .filter((one) => !hasEnded(one))
    .map((one) => (one === running ? stepDueAt(record, one) : asideDueAt(record, one)));
  return [lookDueAt(record, running), ...steps].sort()[0] ?? record.lookAt;
}

/** What was mended may be the proof that an unproved token waits for; the retirement of an old one is not hastened by anything. */
function asideDueAt(record: RotationRecord, rotation: Rotation): Timestamp {
  return rotation.state === "unproved" ? stepDueAt(record, rotation) : rotation.nextAt;
}

/** A hint or a request brings a rotation forward that waits for somebody, or for a fault to be mended. */
function stepDueAt(
  { hintedAt }: RotationRecord,
  { state, hold, nextAt, updatedAt }: Rotation,
): Timestamp {
  const waits = state === "waiting" || hold !== undefined;
  const woken = waits && hintedAt !== undefined && hintedAt > updatedAt;
  return woken && hintedAt < nextAt ? hintedAt : nextAt;
}

/**
 * A hint or a request brings the look forward, once: what came before the last look began has been seen by it. A request that still
 * stands has not, by whatever clock it came.
 * While a rotation is under way only the daily look goes beside it.
 */
function lookDueAt(record: RotationRecord, running: Rotation | undefined): Timestamp {
  const { lookAt, lookedAt = "", hintedAt, asked } = record;
  if (running) return lookAt;
  const wanted = [hintedAt, asked?.at]
    .filter((at) => at !== undefined)
    .filter((at) => at > lookedAt);
  const standing = asked && canBegin(record, running) ? [asked.at] : [];
  return [lookAt, ...wanted, ...standing].sort()[0] ?? lookAt;
}

/** Whether a look would begin what was asked for, or end it: one that could do neither leaves a hold, and its own time to try again. */
function canBegin({ asked, hold }: RotationRecord, running: Rotation | undefined): boolean {
  return asked !== undefined && hold === undefined && running === undefined;
}

/** Whether a hint is recorded that no worker has seen to yet. */
export function isHinted(record: RotationRecord): boolean {
  const { hintedAt, lookedAt = "" } = record;
  const seenAt = runningRotation(record)?.updatedAt ?? "";
  return hintedAt !== undefined && hintedAt > lookedAt && hintedAt > seenAt;
}

/** A set is looked at as a whole once a day, and at the first of `others` that is still to come. */
export function nextLook(now: Timestamp, others: readonly (Timestamp | undefined)[]): Timestamp {
  const wanted = others.flatMap((at) => (at !== undefined && at > now ? [at] : []));
  return [plusSeconds(now, daySeconds), ...wanted].sort()[0] ?? now;
}

/** Between two tries, unless the far end wants more, seconds. */
export const longestWait = 3600;

/** Seconds until a step is tried again: 30 s, doubling to `longest`, and never before the far end wants to be asked. */
export function stepDelay(tries: number, retryAfterSeconds = 0, longest = longestWait): number {
  return Math.max(Math.min(30 * 2 ** (tries - 1), longest), retryAfterSeconds);
}

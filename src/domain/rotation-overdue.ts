import { nextAtOf } from "./plan-rotation.ts";
import type { RotationRecord } from "./rotation.ts";
import { daySeconds, secondsBetween, type Timestamp } from "./time.ts";

/** Sweeps that may be missed. */
const sweepsMissed = 3;

interface Sweeps {
  readonly now: Timestamp;
  /** When the sweep before this one began; undefined: there was none. */
  readonly last: Timestamp | undefined;
  readonly everySeconds: number;
}

/**
 * A set that workers were sent to for a day and three sweeps, and none got through with: whoever does, also with a failure that is
 * recorded, moves on when to work next, and tells what is to be told. `since`: when that was due. `tell`: another full day
 * of it has passed since the last sweep. A lease that is alive excuses for a day more, not for ever: a worker
 * that dies each time leaves one, too. After an outage of the sweep itself nothing is overdue before its second run.
 */
export function overdueOf(
  record: RotationRecord,
  { now, last, everySeconds }: Sweeps,
): { readonly since: Timestamp; readonly tell: boolean } | undefined {
  const spare = sweepsMissed * everySeconds;
  if (last === undefined || secondsBetween(last, now) > spare) return undefined;
  const since = dueSince(record);
  const daysAt = (at: Timestamp) => Math.floor((secondsBetween(since, at) - spare) / daySeconds);
  const leased = record.lease !== undefined && record.lease.until > now;
  if (daysAt(now) < (leased ? 2 : 1)) return undefined;
  return { since, tell: daysAt(now) > daysAt(last) };
}

function dueSince(record: RotationRecord): Timestamp {
  const due = nextAtOf(record);
  return [due, ...record.unsaid.map(({ at }) => at)].sort()[0] ?? due;
}

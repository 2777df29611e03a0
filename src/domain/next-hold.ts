import type { Problem } from "./errors.ts";
import type { Hold } from "./rotation.ts";
import { daySeconds, secondsBetween, type Timestamp } from "./time.ts";

/** Another problem than was told last is told at most so often, seconds: two that take turns are no news. */
const changeTold = 3600;

/** A hold that goes on or begins, and whether somebody is to be told of it. */
interface NextHold {
  readonly hold: Hold;
  readonly tell: boolean;
}

/**
 * After a failure. The count goes on whatever the problem; `tell`: nobody knows yet (and it has lasted for `after` seconds), or the
 * last word is a day old, or an hour and was of another problem.
 */
export function failedHold(
  held: Hold | undefined,
  { code, message }: Problem,
  now: Timestamp,
  after = 0,
): NextHold {
  const tries = (held?.tries ?? 0) + 1;
  const since = held && tries > 1 ? held.since : now;
  const every = held?.toldCode === code ? daySeconds : changeTold;
  const tell =
    held?.told === undefined
      ? secondsBetween(since, now) >= after
      : secondsBetween(held.told, now) >= every;
  return { hold: { code, message, since, ...tellingOf(held, code, now, tell), tries }, tell };
}

/** When nothing failed, and it only waits: where that is told at all, then when it begins and once a day. */
export function waitingHold(
  held: Hold | undefined,
  { code, message }: Problem,
  now: Timestamp,
  tells: boolean,
): NextHold {
  const since = held?.code === code ? held.since : now;
  const known = held?.toldCode === code && secondsBetween(held.told ?? now, now) < daySeconds;
  const tell = tells && !known;
  return { hold: { code, message, since, ...tellingOf(held, code, now, tell), tries: 0 }, tell };
}

function tellingOf(
  held: Hold | undefined,
  code: string,
  now: Timestamp,
  tell: boolean,
): Pick<Hold, "told" | "toldCode"> {
  return tell ? { told: now, toldCode: code } : { told: held?.told, toldCode: held?.toldCode };
}

/** Seconds until a fault that only a person can mend is met again. A hint or a request comes sooner. */
const blockedDelay = 6 * 3600;
/** The same while somebody waits for it, or has not been told yet because another problem was told just now. */
const soonerDelay = 3600;

/** Seconds until a fault is met again that only a person can mend. */
export function blockedFor({ code, toldCode }: Hold, asked: boolean): number {
  return asked || code !== toldCode ? soonerDelay : blockedDelay;
}

/** An instant as ISO 8601 in UTC with milliseconds, e.g. "2026-11-21T02:00:00.000Z": comparable as text. */
export type Timestamp = string;

/** The instant `seconds` after (or, negative, before) `at`. Fractions of a millisecond are dropped. */
export function plusSeconds(at: Timestamp, seconds: number): Timestamp {
  return new Date(Date.parse(at) + Math.trunc(seconds * 1000)).toISOString();
}

/** Seconds from `from` to `to`; negative when `to` is earlier. */
export function secondsBetween(from: Timestamp, to: Timestamp): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

/** A day of 24 hours. */
export const daySeconds = 86_400;

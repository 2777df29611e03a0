import { DateTime, IANAZone } from "luxon";
import { type RefreshWindow, weekdays } from "./refresh-policy.ts";
import { daySeconds, plusSeconds, type Timestamp } from "./time.ts";

/** A local time of day, "00:00" to "23:59". */
export const timeOfDayPattern = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

const epoch = "1970-01-01T00:00:00.000Z";

/** Whether it is a time zone of the IANA database: "Europe/Berlin", "UTC"; an offset is none. */
export function isTimeZone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && IANAZone.isValidZone(name);
}

/** A sentence that says what is wrong with a window and how to mend it; undefined: nothing. */
export function windowProblem(window: RefreshWindow): string | undefined {
  if (!timeOfDayPattern.test(window.from) || !timeOfDayPattern.test(window.to))
    return 'A time of day is written "22:00", from "00:00" to "23:59".';
  if (window.from === window.to)
    return "A window cannot end when it begins; leave it out to have it open at all times.";
  if (window.days?.length === 0) return "Name at least one day, or leave days out for every day.";
  if (window.days?.some((day) => !weekdays.includes(day))) return "Days are mon, tue, … sun.";
  if (!isTimeZone(window.timeZone))
    return 'This is no time zone of the IANA database; write a name such as "Europe/Berlin" or "UTC".';
  return undefined;
}

/**
 * When a window next opens; undefined when it is open now, or there is none. It opens on its `days`
 * and lasts until the next `to`, on the following day where that is not after `from`. `from` belongs
 * to it, `to` does not. A time that the clocks skip is the first instant after the gap, and one that
 * they repeat is its first occurrence; a window that lies in a gap altogether does not open that
 * day. One with a problem never opens: the answer is always a day ahead.
 */
export function windowOpensAt(
  window: RefreshWindow | undefined,
  now: Timestamp,
): Timestamp | undefined {
  if (window === undefined) return undefined;
  if (windowProblem(window) !== undefined) return plusSeconds(now, daySeconds);
  const { from, to, days = weekdays } = window;
  const zone = IANAZone.create(window.timeZone);
  const today = DateTime.fromISO(now, { zone });
  // Yesterday's may still be open; a week on comes the same day again, and one more if that is skipped.
  for (let ahead = -1; ahead <= 14; ahead += 1) {
    const day = today.plus({ days: ahead });
    if (!days.some((one) => weekdays.indexOf(one) + 1 === day.weekday)) continue;
    const opens = instantOf(day, from, zone);
    const closes = instantOf(to > from ? day : day.plus({ days: 1 }), to, zone);
    if (opens >= closes || closes <= now) continue;
    return opens <= now ? undefined : opens;
  }
  return plusSeconds(now, daySeconds);
}

/** The first instant at which the clocks of a zone show this time of day or, where they skip it, a later one. */
function instantOf({ year, month, day }: DateTime, time: string, zone: IANAZone): Timestamp {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const wall = DateTime.fromObject({ year, month, day, hour, minute }, { zone: "utc" }).toMillis();
  const at = (offset: number) => wall - offset * 60_000;
  // The offsets around it; they differ when the clocks change within the day.
  const before = zone.offset(at(0) - daySeconds * 1000);
  const after = zone.offset(at(0) + daySeconds * 1000);
  const found = [at(before), at(after)]
    .toSorted((a, b) => a - b)
    .find((millis) => at(zone.offset(millis)) === millis);
  return plusSeconds(epoch, (found ?? firstAfter(zone, at(after), at(before), after)) / 1000);
}

/** The minute between `early` and `late` from which on a zone has `offset`. */
function firstAfter(zone: IANAZone, early: number, late: number, offset: number): number {
  let [low, high] = [early, late];
  while (high - low > 60_000) {
    const middle = low + Math.floor((high - low) / 120_000) * 60_000;
    if (zone.offset(middle) === offset) high = middle;
    else low = middle;
  }
  return high;
}

import { secondsBetween, type Timestamp } from "./time.ts";

/** No answer makes Larder wait longer than a day, however absurd the time it names. */
const longest = 86_400;

/**
 * Whole seconds that a Retry-After header asks to wait, from 0 (a date that is over) to a day;
 * undefined when it says nothing that can be read, negative numbers included. A date is measured
 * from the answer's own Date, where it has one, so that a wrong clock on either side does not matter.
 */
export function retryAfterSeconds(
  header: string | undefined,
  date: string | undefined,
  now: Timestamp,
): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/.test(text)) return boundedWait(Number(text));
  const until = httpDate(text);
  if (until === undefined) return undefined;
  return boundedWait(secondsBetween(httpDate(date?.trim() ?? "") ?? now, until));
}

/** A wait in seconds as Larder keeps it: rounded up, from 0 to a day; undefined for what is no number. */
export function boundedWait(seconds: number): number | undefined {
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(Math.ceil(seconds), 0), longest);
}

const months = "JanFebMarAprMayJunJulAugSepOctNovDec";
const time = String.raw`(?<time>(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)`;
/** The three forms of RFC 9110 section 5.6.7: the usual one, RFC 850's and asctime's. */
const forms = [
  String.raw`[A-Z][a-z]{2}, (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) ${time} GMT`,
  String.raw`[A-Z][a-z]{5,8}, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) ${time} GMT`,
  String.raw`[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) ${time} (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}$`));

/** The instant of an HTTP date; undefined for any other text. */
function httpDate(text: string): Timestamp | undefined {
  for (const form of forms) {
    const { day = "", month = "", year = "", time: clock } = form.exec(text)?.groups ?? {};
    const at = months.indexOf(month);
    if (clock === undefined || at % 3 !== 0) continue;
    const [days, monthOfYear] = [Number(day), at / 3 + 1];
    if (days < 1 || days > 31) continue;
    const century = year.length === 4 ? "" : Number(year) < 70 ? "20" : "19";
    return `${century}${year}-${twoDigits(monthOfYear)}-${twoDigits(days)}T${clock}.000Z`;
  }
  return undefined;
}

const twoDigits = (number: number) => String(number).padStart(2, "0");

import * as z from "zod";

/** Digits enough for anything below, fractions of a second included. */
const longestText = 30;
const longestYears = 10;

/** How many of each make a year, leap years counted in: what is let through is never cut short by a day. */
const perYear: Readonly<Record<string, number>> = { Y: 1, M: 12, W: 366 / 7, D: 366 };
const timePerYear: Readonly<Record<string, number>> = {
  H: 366 * 24,
  M: 366 * 1440,
  S: 366 * 86_400,
};

function years(text: string): number {
  const [dates = "", times = ""] = text.split("T");
  const sum = (part: string, units: Readonly<Record<string, number>>) =>
    [...part.matchAll(/([\d.,]+)([A-Z])/g)]
      .map(([, amount = "", unit = ""]) => Number(amount.replace(",", ".")) / (units[unit] ?? 1))
      .reduce((total, one) => total + one, 0);
  return sum(dates, perYear) + sum(times, timePerYear);
}

/** An ISO 8601 duration of at most 30 characters and ten years, kept as it was written. */
export const duration = z.iso
  .duration({ error: 'Must be an ISO 8601 duration such as "PT6H" or "P1D".', abort: true })
  .max(longestText, { error: `A duration has at most ${longestText} characters.`, abort: true })
  .refine((text) => years(text) <= longestYears, `Must be at most ${longestYears} years.`);

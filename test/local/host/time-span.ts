/*
 * .NET's TimeSpan.Parse for the forms settings use: "d", "hh:mm", "hh:mm:ss[.fffffff]", "d.hh:mm:ss".
 * A bare number is days.
 */
const clock = /^(?:(\d+)[.:])??(\d{1,2}):(\d{1,2})(?::(\d{1,2})(\.\d{1,7})?)?$/;

/** Milliseconds, or undefined when the text is not a time span (hours over 23, minutes or seconds over 59 are not). */
export function parseTimeSpan(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 86_400_000;
  const found = clock.exec(text);
  if (!found) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0, fraction = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + fraction * 1000);
}

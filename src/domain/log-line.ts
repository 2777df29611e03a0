/*
 * Lines that Larder writes into its log for alerts and the workbook: "Larder.{Name} {json}".
 */

/** How loud a line is, as the console has it. */
export type LogLevel = "log" | "warn" | "error";

/** Writes one line of the log. */
export type WriteLine = (level: LogLevel, line: string) => void;

/** What a name is called outside: "Larder.TokenExpiresSoon". */
export const toldName = (name: string) => `Larder.${name}`;

/**
 * Characters of one text in a line. Application Insights cuts a message off at 32,768 (its "Data model", limits of
 * trace messages), and a line that was cut is no JSON any more, so that no alert sees it. JSON may make six of one.
 */
const longestText = 2_000;

/**
 * The line. Of `data`, only the fields that are named get out, in their order; nested values need theirs named, too. Long
 * texts are shortened.
 */
export function logLine(name: string, data: object, fields: readonly string[]): string {
  const named = JSON.stringify(data, [...fields]);
  const json =
    named.length <= longestText
      ? named
      : JSON.stringify(JSON.parse(named), (_field, value: unknown) => shortened(value));
  return `${toldName(name)} ${json}`;
}

function shortened(value: unknown): unknown {
  if (typeof value !== "string" || value.length <= longestText) return value;
  return `${value.slice(0, longestText - 1).toWellFormed()}…`;
}

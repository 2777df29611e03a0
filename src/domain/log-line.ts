/*
 * Lines that Larder writes into its log for alerts and the workbook: "Larder.{Name} {json}".
 */

/** How loud a line is, as the console has it. */
export type LogLevel = "log" | "warn" | "error";

/** Writes one line of the log. */
export type WriteLine = (level: LogLevel, line: string) => void;

/** What a name is called outside: "Larder.TokenExpiresSoon". */
export const toldName = (name: string) => `Larder.${name}`;

/** The line. Of `data`, only the fields that are named get out, in their order; nested values need theirs named, too. */
export function logLine(name: string, data: object, fields: readonly string[]): string {
  return `${toldName(name)} ${JSON.stringify(data, [...fields])}`;
}

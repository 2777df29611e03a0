import { readFileSync } from "node:fs";
import * as z from "zod";

/*
 * infra/alerts.json as Bicep, the README and the tests read it: the rules, and the lines that every
 * query begins with, here and in the workbook.
 */

/** Time spans that a log search alert rule takes (scheduledQueryRules: evaluationFrequency, windowSize). */
const frequencies = ["PT5M", "PT10M", "PT15M", "PT30M", "PT45M", "PT1H", "PT2H", "PT6H"] as const;
export const windows = [...frequencies, "PT3H", "PT4H", "PT5H", "P1D", "P2D"] as const;

const alertRule = z.strictObject({
  id: z.string().regex(/^[a-z]+(-[a-z]+)*$/),
  title: z.string().min(1),
  /** 0 is the worst, 4 the least. */
  severity: z.int().min(0).max(4),
  /** How far back the query looks; {REPORTS}: three reports. */
  window: z.enum([...windows, "{REPORTS}"]),
  frequency: z.enum(frequencies),
  /** Columns of the result: an alert, and a mail that names them, for each combination. */
  dimensions: z.array(z.string()).min(1).max(6),
  /** Lines; {NAME} is a setting, or what only the deployment knows. */
  query: z.array(z.string()).min(1),
  means: z.string().min(1),
  do: z.string().min(1),
});
const catalog = z.strictObject({ lines: z.array(z.string()).min(1), rules: z.array(alertRule) });

export type AlertRule = z.infer<typeof alertRule>;

export const { lines: commonLines, rules: alertRules } = catalog.parse(
  readJson("infra/alerts.json"),
);

/** What an operator tunes, as it is deployed. */
export const deployed = z.record(z.string(), z.string()).parse(readJson("infra/settings.json"));

/** A query as alerts.bicep makes it. */
export function wholeQuery({ query }: Pick<AlertRule, "query">): string {
  const known: Readonly<Record<string, string>> = {
    ...deployed,
    BUDGET_LOW_PERCENT: "25",
    DEPLOYED_AT: "2026-11-21T10:00:00Z",
  };
  return [...commonLines, ...query]
    .join("\n")
    .replaceAll(/\{([A-Z_]+)\}/g, (placeholder, name: string) => known[name] ?? placeholder);
}

/** Names of signals and announcements that a query asks for. */
export function namesIn(query: readonly string[]): ReadonlySet<string> {
  const asked = query.join("\n").matchAll(/\bName (?:==|in) (\([^)]*\)|'[^']*')/g);
  return new Set(
    [...asked].flatMap(([, literal = ""]) =>
      [...literal.matchAll(/'([^']*)'/g)].map(([, name = ""]) => name),
    ),
  );
}

/** Fields of a line's JSON that a query reads. */
export function fieldsIn(query: readonly string[]): ReadonlySet<string> {
  const read = query.join("\n").matchAll(/\bBody\.(\w+)/g);
  return new Set([...read].map(([, field = ""]) => field));
}

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

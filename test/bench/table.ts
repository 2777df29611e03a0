/** A markdown table on standard output; numbers are right as they come. */
export function printTable(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  notes: readonly string[] = [],
): void {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const ruled = line(columns.map(() => "---"));
  console.log(["", `### ${title}`, "", line(columns), ruled, ...rows.map(line), ""].join("\n"));
  for (const note of notes) console.log(`${note}\n`);
}

/** One line of the table of budgets. */
export interface BudgetRow {
  readonly what: string;
  readonly ours: string;
  readonly against: string;
  readonly ratio: number | undefined;
  readonly budget: string;
}

export function printBudgets(rows: readonly BudgetRow[]): void {
  printTable(
    "Budgets",
    ["what", "Larder", "against", "ratio", "at most"],
    rows.map(({ what, ours, against, ratio, budget }) => [
      what,
      ours,
      against,
      ratio === undefined ? "-" : `${ratio.toFixed(2)} ×`,
      budget,
    ]),
  );
}

export const milliseconds = (value: number) => `${value.toFixed(1)} ms`;
export const seconds = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} s`;
export const mebibytes = (value: number) => `${Math.round(value)} MiB`;
export const count = (value: number) => value.toLocaleString("en-US");

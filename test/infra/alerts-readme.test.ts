import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { alertRules } from "./alert-rules.ts";

const [, operate = ""] =
  /^## Operat[^\n]*\n([^]*?)(?=^## |$(?![^]))/m.exec(readFileSync("README.md", "utf8")) ?? [];
const rows = alertRules.map(
  ({ title, means, do: what }) => [title, `| ${title} | ${means} | ${what} |`] as const,
);

it.each(rows)("the README's section on operating has the alert's row: %s", (_, row) => {
  expect(operate.split("\n")).toContain(row);
});

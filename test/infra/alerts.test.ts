import { describe, expect, it } from "vitest";
import { type AlertRule, alertRules, deployed, wholeQuery, windows } from "./alert-rules.ts";
import { analyse } from "./kusto.ts";

const named = (rules: readonly AlertRule[]) => rules.map((rule) => [rule.id, rule] as const);

describe("the analyser", () => {
  it.each([
    ["an unknown column", "AppTraces | where Mesage == 'x'", /name 'Mesage' does not refer/],
    ["an unknown table", "AppTrace | count", /name 'AppTrace' does not refer/],
    ["a syntax error", "AppTraces | where", /Missing expression/],
    ["an unknown function", "AppTraces | extend x = todate(Message)", /'todate'/],
    ["an operand of the wrong type", "AppTraces | where TimeGenerated > 5 - 'x'", /Error/],
  ])("finds %s", (_, query, fault) => {
    expect(analyse(query).faults.join()).toMatch(fault);
  });

  it("knows the columns of a result", () => {
    const { columns } = analyse("AppRequests | summarize times = count() by Name");

    expect([...columns]).toEqual([
      ["Name", "string"],
      ["times", "long"],
    ]);
  });
});

describe.each(named(alertRules))("alert %s", (_, rule) => {
  const { faults, columns } = analyse(wholeQuery(rule));

  it("has a query without fault", () => {
    expect(faults).toEqual([]);
  });

  it("leaves no placeholder unfilled", () => {
    expect(wholeQuery(rule)).not.toMatch(/[{}]/);
  });

  it("tells alerts apart by texts that its query yields", () => {
    expect(rule.dimensions.map((name) => columns.get(name))).toEqual(
      rule.dimensions.map(() => "string"),
    );
  });

  // A description has 1,024 characters where it is shown in whole.
  it("says what it means and what to do, in one description", () => {
    expect(`${rule.means} ${rule.do}`.length).toBeLessThanOrEqual(1024);
    for (const text of [rule.means, rule.do]) expect(text).toMatch(/^[A-Z].*\.$/s);
  });

  it("looks back at least as far as from one look to the next", () => {
    const window = rule.window === "{REPORTS}" ? "PT45M" : rule.window;

    expect(secondsOf(window)).toBeGreaterThanOrEqual(secondsOf(rule.frequency));
  });
});

describe("the alerts", () => {
  it("have names and titles of their own", () => {
    expect(new Set(alertRules.map(({ id }) => id)).size).toBe(alertRules.length);
    expect(new Set(alertRules.map(({ title }) => title)).size).toBe(alertRules.length);
  });

  it("take the intervals from what is deployed", () => {
    const [rule] = alertRules.filter(({ id }) => id === "schedule-overdue");
    const query = rule && wholeQuery(rule);

    expect(query).toContain(`'sweep', ${deployed["SWEEP_EVERY_SECONDS"]},`);
    expect(query).toContain(`'rotations', ${deployed["ROTATION_EVERY_SECONDS"]},`);
  });
});

function secondsOf(span: (typeof windows)[number]): number {
  const [, unit = "", count = 0, part] = /^P(T?)(\d+)([DHM])$/.exec(span) ?? [];
  return Number(count) * (unit === "" ? 86_400 : part === "H" ? 3600 : 60);
}

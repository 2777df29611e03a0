import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { alertRules, deployed, windows as known } from "./alert-rules.ts";
import { evaluate } from "./bicep-evaluate.ts";
import { readBicep } from "./bicep-file.ts";
import { isCode, isFields, type Value } from "./bicep-value.ts";

const path = "infra/modules/alerts.bicep";
const { vars, resources } = readBicep(path, readFileSync(path, "utf8"));

const functions = {
  empty: (text: unknown) => text === "",
  concat: (...lists: readonly unknown[]) => lists.flat(),
};

/** Plain values; code as it is written. */
function plain(value: Value | undefined): unknown {
  if (isFields(value as Value))
    return Object.fromEntries(
      [...(value as ReadonlyMap<string, Value>)].map(([k, v]) => [k, plain(v)]),
    );
  if (Array.isArray(value)) return value.map(plain);
  return isCode(value) ? value.code : value;
}
const variable = (name: string) => plain(vars.find((one) => one.name === name)?.value);
const bodyOf = (type: string) => {
  const found = resources.find((one) => one.type === type);
  return plain(found?.body) as Readonly<Record<string, unknown>> | undefined;
};

describe("alerts.bicep", () => {
  it("hands every part of a rule to Azure", () => {
    expect(bodyOf("Microsoft.Insights/scheduledQueryRules")).toMatchObject({
      name: "'alert-${rule.id}-${environmentName}'",
      properties: {
        displayName: "'${rule.title} (Larder, ${environmentName})'",
        description: "'${rule.means} ${rule.do}'",
        severity: "rule.severity",
        evaluationFrequency: "rule.frequency",
        windowSize: "replace(rule.window, '{REPORTS}', reports)",
        scopes: ["workspaceId"],
        autoMitigate: true,
        criteria: { allOf: [{ query: "queries[at]", dimensions: "dimensions[at]", threshold: 0 }] },
      },
    });
  });

  it("mails whom it is told to", () => {
    expect(bodyOf("Microsoft.Insights/actionGroups")).toMatchObject({
      location: "global",
      properties: { emailReceivers: [{ emailAddress: "actionEmail", useCommonAlertSchema: true }] },
    });
  });

  it("tells whom there is to tell", () => {
    const actions = vars.find(({ name }) => name === "actionGroups")?.value;
    const told = (actionEmail: string, actionGroupId: string) => {
      const values = { actionEmail, actionGroupId, mail: { id: "mail" } };
      return isCode(actions) && evaluate(actions.node, { values, vars: new Map(), functions });
    };
    expect(told("", "")).toEqual([]);
    expect(told("ops@contoso.com", "")).toEqual(["mail"]);
    expect(told("", "group")).toEqual(["group"]);
    expect(told("ops@contoso.com", "group")).toEqual(["mail", "group"]);
    expect(bodyOf("Microsoft.Insights/scheduledQueryRules")).toMatchObject({
      properties: { actions: { actionGroups: "actionGroups" } },
    });
  });

  it("fills every placeholder of the queries", () => {
    const used = alertRules.flatMap(({ query }) =>
      [...query.join("\n").matchAll(/\{([A-Z_]+)\}/g)].map(([, name = ""]) => name),
    );
    const filled = [...Object.keys(deployed), "BUDGET_LOW_PERCENT", "DEPLOYED_AT"];

    expect(used.filter((name) => !filled.includes(name))).toEqual([]);
    expect(variable("values")).toMatch(
      /^union\(settings, \{\s+BUDGET_LOW_PERCENT: string\(budgetLowPercent\)\s+DEPLOYED_AT: deployedAt\s+\}\)$/,
    );
  });

  it("looks back over three reports, in a window that Azure knows", () => {
    const windows = z
      .array(z.object({ seconds: z.int(), span: z.enum(known) }))
      .parse(variable("windows"));
    const span = (every: number) => windows.find(({ seconds }) => seconds >= 3 * every)?.span;

    expect([10, 300, 900, 1200, 3600, 86_400].map(span)).toEqual([
      "PT15M",
      "PT15M",
      "PT45M",
      "PT1H",
      "PT6H",
      "P2D",
    ]);
    expect(variable("reports")).toBe(
      "filter(windows, one => one.seconds >= 3 * int(settings.REPORT_EVERY_SECONDS))[0].span",
    );
  });
});

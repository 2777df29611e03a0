import * as z from "zod";
import type { RulePatch, RuleRequest } from "../domain/rule-request.ts";
import { instant } from "./instant.ts";
import { ruleName } from "./names.ts";
import { refreshPolicy } from "./refresh-input.ts";
import { line } from "./text.ts";

const fields = {
  credentialSet: line(100).describe("Credential set for the upstream; chosen when only one fits."),
  refresh: refreshPolicy,
  owner: line(200)
    .regex(/^\S(?:.*\S)?$/u, "Must neither be blank nor begin or end with a blank.")
    .describe("Team or person to ask about the rule."),
  reason: line(1000).describe("What it is for."),
  expiresOn: instant.describe("When the rule is to be deleted again."),
};

const asked = {
  source: line(1000).describe('What to cache, upstream host first: "docker.io/grafana/*".'),
  target: line(1000)
    .optional()
    .describe("Repository in the registry; the source, host included, when absent."),
  credentialSet: fields.credentialSet.optional(),
  refresh: fields.refresh.optional(),
  owner: fields.owner.optional(),
  reason: fields.reason.optional(),
  expiresOn: fields.expiresOn.optional(),
};

/** Body of a PUT, whose name is in the path. */
export const namedRuleRequest = z.strictObject(asked).meta({ id: "NamedRuleRequest" });

export const ruleRequest = z
  .strictObject({
    name: ruleName.optional().describe("Derived from the source when absent, always the same way."),
    ...asked,
  })
  .meta({ id: "RuleRequest" }) satisfies z.ZodType<RuleRequest>;

/** Items that are no requests pass here, so that each of them can have its own result. */
export const ruleBatch = z
  .strictObject({
    rules: z
      .array(z.union([ruleRequest, z.unknown()]))
      .min(1)
      .max(100),
  })
  .meta({ id: "RuleBatch" });

export const rulePatch = z
  .strictObject({
    credentialSet: fields.credentialSet.nullish(),
    refresh: fields.refresh.nullish(),
    owner: fields.owner.nullish(),
    reason: fields.reason.nullish(),
    expiresOn: fields.expiresOn.nullish(),
  })
  .refine((patch) => Object.keys(patch).length > 0, "Name at least one field to change.")
  .meta({
    id: "RulePatch",
    description: "Absent: left alone; null: taken away. Source and target cannot change.",
  }) satisfies z.ZodType<RulePatch>;

export const requestExample = {
  source: "docker.io/grafana/*",
  target: "grafana/*",
  credentialSet: "dockerhub",
  refresh: { tags: ["latest", "/^v?\\d+$/"], every: "PT6H", minimumAge: "P1D" },
  owner: "team-observability",
  reason: "Dashboards of the platform",
};

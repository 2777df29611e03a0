import * as z from "zod";
import type { RulePatch, RuleRequest } from "../domain/rule-request.ts";
import { duration, positiveDuration } from "./duration.ts";
import { ruleName } from "./names.ts";
import { line } from "./text.ts";

/** An instant with any offset, kept as UTC with milliseconds so that it compares as text. */
const instant = z.iso
  .datetime({ offset: true, error: 'Must be an instant such as "2027-01-31T00:00:00Z".' })
  .max(40)
  .transform((text, context) => {
    const utc = new Date(text).toISOString();
    // Five-digit years carry a sign, and would compare as earlier than all others.
    if (!/^\d/.test(utc))
      context.issues.push({
        code: "custom",
        input: text,
        message: "Must lie in the years 0 to 9999.",
      });
    return utc;
  });

/** A tag itself has at most 128 characters, all of them ASCII (OCI distribution specification). */
const tagPattern = line(128)
  .regex(/^[\x20-\x7e]*$/, "Tags are ASCII, so a pattern of theirs is too.")
  .refine(compiles, "This regular expression cannot be compiled.");

function compiles(pattern: string): boolean {
  const body = /^\/(.*)\/$/.exec(pattern)?.[1];
  if (body === undefined) return true;
  try {
    return new RegExp(body, "u").source !== "";
  } catch {
    return false;
  }
}

export const refreshPolicy = z
  .strictObject({
    tags: z
      .array(tagPattern)
      .min(1)
      .max(50)
      .describe("Tag patterns: exact, glob, /regular expression/ or semver range."),
    every: positiveDuration.describe("How often to compare with the upstream."),
    minimumAge: duration
      .optional()
      .describe("Adopt a moved tag only when its digest has stood this long."),
    platforms: z
      .union(
        [
          z
            .array(
              z
                .string()
                .max(50)
                .regex(/^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9]+)?$/),
            )
            .min(1)
            .max(20),
          z.enum(["cached", "all"]),
        ],
        { error: 'Must be "cached", "all" or a list of platforms such as "linux/amd64".' },
      )
      .optional()
      .describe('Platforms to bring along; "cached": those the registry held before.'),
    strategy: z.enum(["touch-first", "purge"]).optional(),
  })
  .meta({ id: "RefreshPolicy" });

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

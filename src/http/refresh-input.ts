import * as z from "zod";
import { durationSeconds } from "../domain/effective-policy.ts";
import { type RefreshPolicy, weekdays } from "../domain/refresh-policy.ts";
import { isTimeZone, timeOfDayPattern, windowProblem } from "../domain/refresh-window.ts";
import { patternProblem, patternsProblem } from "../domain/tag-pattern.ts";
import { duration } from "./duration.ts";
import { line } from "./text.ts";

/** A tag itself has at most 128 characters, all of them ASCII (OCI distribution specification). */
const pattern = line(128)
  .regex(/^[\x20-\x7e]*$/, "Tags are ASCII, so a pattern of theirs is too.")
  .check((context) => {
    // Only what is short and plain is worth compiling.
    const message = context.issues.length === 0 ? patternProblem(context.value) : undefined;
    if (message) context.issues.push({ code: "custom", input: context.value, message });
  });

/** Up to 50 patterns of tags that each can be compiled, and are not too much together. */
export const tagPatterns = z
  .array(pattern)
  .max(50)
  .check((context) => {
    const message = context.issues.length === 0 ? patternsProblem(context.value) : undefined;
    if (message) context.issues.push({ code: "custom", input: context.value, message });
  });

const leastEvery = 60;
const often = duration.refine(
  (text) => durationSeconds(text) >= leastEvery,
  'Must be at least a minute, "PT1M".',
);

const timeOfDay = z
  .string()
  .regex(timeOfDayPattern, 'Must be a time of day from "00:00" to "23:59".');

const refreshWindow = z
  .strictObject({
    days: z
      .array(z.enum(weekdays, { error: `Must be one of ${weekdays.join(", ")}.` }))
      .min(1)
      .max(7)
      .optional()
      .describe("Days on which it opens; every day when absent."),
    from: timeOfDay.describe("Local time at which it opens."),
    to: timeOfDay.describe("Local time at which it closes; on the next day when before `from`."),
    timeZone: z
      .string()
      .max(64)
      .refine(
        (name) => name.length > 64 || isTimeZone(name),
        'Must be a time zone of the IANA database, such as "Europe/Berlin" or "UTC".',
      )
      .describe("IANA name of the time zone of both times."),
  })
  .check((context) => {
    const message = context.issues.length === 0 ? windowProblem(context.value) : undefined;
    if (message)
      context.issues.push({ code: "custom", path: ["to"], input: context.value.to, message });
  })
  .meta({
    id: "RefreshWindow",
    examples: [{ days: ["sat", "sun"], from: "22:00", to: "06:00", timeZone: "Europe/Berlin" }],
  });

const platform = z
  .string()
  .max(50)
  .regex(
    /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9]+)?$/,
    'Must be os/architecture or os/architecture/variant, such as "linux/arm64/v8".',
  );

const platforms = z.union([z.array(platform).min(1).max(20), z.enum(["cached", "all"])], {
  error: 'Must be "cached", "all" or a list of platforms such as "linux/amd64".',
});

export const strategy = z.enum(["touch-first", "purge"]);

export const refreshPolicy = z
  .strictObject({
    tags: tagPatterns
      .min(1)
      .describe(
        'Patterns of the tags to keep fresh: a tag ("latest"), a glob over the whole tag ("1.*"), a regular expression in RE2\'s syntax between slashes, matching anywhere ("/^v\\d+$/"), or a version range as npm has it (">=1.2 <2"; "1.5-alpine" is a pre-release of 1.5.0).',
      ),
    exclude: tagPatterns.optional().describe("Patterns of tags to leave alone all the same."),
    every: often
      .optional()
      .describe(
        "How often to compare with the upstream, at least PT1M; the settings' when absent.",
      ),
    window: refreshWindow
      .optional()
      .describe("When tags may be refreshed; at all times when absent. Comparing goes on outside."),
    minimumAge: duration
      .optional()
      .describe("Adopt a moved tag only when its digest has stood this long."),
    platforms: platforms
      .optional()
      .describe('Platforms to bring along; "cached": those the registry held before.'),
    strategy: strategy
      .optional()
      .describe("touch-first: purge a tag only when pulling it did not help; purge: at once."),
    keepSuperseded: duration
      .optional()
      .describe("How long to keep a manifest that a refresh left without a tag."),
    followNew: z
      .boolean()
      .optional()
      .describe("Whether to pull tags that appear upstream and match, before anybody asks."),
  })
  .meta({ id: "RefreshPolicy" }) satisfies z.ZodType<RefreshPolicy>;

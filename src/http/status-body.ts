import * as z from "zod";
import { credentialSetBody } from "./credential-set-body.ts";
import { historyEntry, tagCounts } from "./operation-body.ts";
import { ruleBody } from "./rule-body.ts";
import { tagBody, tagExample } from "./tag-body.ts";

export const healthBody = z
  .strictObject({
    healthy: z.boolean(),
    checks: z.array(
      z.strictObject({ name: z.string(), healthy: z.boolean(), message: z.string() }),
    ),
  })
  .meta({ id: "Health" });

const freshnessBody = z
  .strictObject({
    repositories: z.int().describe("Those of which tags are or were compared."),
    counts: tagCounts,
    oldestCheckAt: z.iso
      .datetime()
      .optional()
      .describe("Start of the oldest among the repositories' last finished checks."),
    unchecked: z.int().describe("Repositories that no check has finished with yet."),
    troubles: z
      .array(
        z.strictObject({
          repository: z.string(),
          message: z.string(),
          since: z.iso.datetime(),
        }),
      )
      .describe("What keeps repositories from being checked or purged; at most 20."),
    attention: z
      .array(tagBody)
      .describe("Tags that are unverified, gone, unknown, stale or deferred; at most 20."),
  })
  .meta({ id: "Freshness" });

export const statusBody = z
  .strictObject({
    at: z.iso.datetime(),
    health: healthBody,
    registries: z.array(
      z.strictObject({
        name: z.string(),
        loginServer: z.string().optional(),
        problem: z.string().optional().describe("Why the registry could not be read."),
        rules: z.array(ruleBody),
        credentialSets: z.array(credentialSetBody),
        rotationProblem: z
          .string()
          .optional()
          .describe(
            "Why the credential sets are shown without the renewal of their tokens, if so.",
          ),
        freshness: freshnessBody.optional().describe("Absent when state storage did not answer."),
        history: z.array(historyEntry).describe("The latest 20 events."),
      }),
    ),
  })
  .meta({ id: "Status" });

export const freshnessExample = {
  repositories: 12,
  counts: { fresh: 340, cooling: 2, deferred: 1 },
  oldestCheckAt: "2026-11-20T21:04:11.000Z",
  unchecked: 0,
  troubles: [],
  attention: [{ ...tagExample, status: "deferred" }],
};

export const healthExample = {
  healthy: true,
  checks: [{ name: "storage", healthy: true, message: "State storage answers." }],
};

import * as z from "zod";
import type { RefreshRequest, RefreshResult } from "../domain/refresh.ts";
import { tagStatuses } from "../domain/tag.ts";
import { strategy, tagPatterns } from "./refresh-input.ts";
import { line } from "./text.ts";

const timestamp = z.iso.datetime();

/** Repositories are judged in the domain, which can say more of what is wrong with them. */
export const refreshRequest = z
  .strictObject({
    repositories: z
      .array(line(300))
      .min(1)
      .max(1000)
      .optional()
      .describe("Repositories in the registry; all under a refresh policy when absent."),
    tags: tagPatterns
      .min(1)
      .optional()
      .describe("Patterns, as in a rule's policy; those of the rule when absent."),
    dryRun: z
      .boolean()
      .default(false)
      .describe("Only say, tag by tag, what would be done and why."),
    strategy: strategy
      .optional()
      .describe("The rule's when absent. purge: without trying a plain pull first."),
  })
  .meta({ id: "RefreshRequest" }) satisfies z.ZodType<RefreshRequest>;

export const resultBody = z
  .strictObject({
    repository: z.string(),
    tag: z.string(),
    status: z.enum(tagStatuses),
    reason: z.string().describe("Why, in words."),
    cachedDigest: z.string().optional(),
    upstreamDigest: z.string().optional(),
    wouldDo: z.string().optional().describe("The step that would come next, said by a dry run."),
    proof: z
      .strictObject({
        digest: z.string(),
        platforms: z.array(z.string()),
        at: timestamp,
      })
      .optional()
      .describe("The registry was seen to serve this digest itself, with these platforms."),
    at: timestamp,
  })
  .meta({ id: "RefreshResult" });

export function showResult(result: RefreshResult): z.input<typeof resultBody> {
  const { repository, tag, status, reason, cached, upstream, wouldDo, proof, at } = result;
  return {
    repository,
    tag,
    status,
    reason,
    cachedDigest: cached,
    upstreamDigest: upstream,
    wouldDo,
    proof: proof && { ...proof, platforms: [...proof.platforms] },
    at,
  };
}

const digest = `sha256:${"c4".repeat(32)}`;

export const refreshRequestExample = {
  repositories: ["grafana/grafana", "grafana/loki"],
  tags: ["latest", "12.*"],
  dryRun: true,
};

export const resultExample = {
  repository: "grafana/grafana",
  tag: "latest",
  status: "fresh",
  reason: "The registry serves what upstream has.",
  cachedDigest: digest,
  upstreamDigest: digest,
  proof: { digest, platforms: ["linux/amd64", "linux/arm64"], at: "2026-11-21T02:00:31.000Z" },
  at: "2026-11-21T02:00:31.000Z",
};

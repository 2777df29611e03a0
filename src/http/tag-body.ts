import * as z from "zod";
import { type Digest, type Pin, type TagRecord, tagStatuses } from "../domain/tag.ts";
import type { TagView } from "../domain/view-tag.ts";
import { instant } from "./instant.ts";
import { repositoryName, tagName } from "./names.ts";
import { line } from "./text.ts";

const timestamp = z.iso.datetime();
const digest = z.string().describe("Of the bytes of the top-level manifest.");

export const pinBody = z
  .strictObject({
    reason: z.string(),
    by: z.string(),
    since: timestamp,
    until: timestamp.optional().describe("It ends by itself then; absent: when it is unpinned."),
  })
  .meta({ id: "Pin" });

export const tagBody = z
  .strictObject({
    repository: z.string(),
    tag: z.string(),
    status: z.enum(tagStatuses),
    reason: z.string().describe("Why, in words."),
    cachedDigest: digest.optional().describe("What the registry lists."),
    upstreamDigest: digest.optional().describe("What upstream answered last."),
    checkedAt: timestamp.describe("When the two were last compared."),
    changedAt: timestamp
      .optional()
      .describe("When what the registry lists was last seen to change."),
    nextCheckAt: timestamp.optional(),
    coolingUntil: timestamp
      .optional()
      .describe("While cooling: when the digest upstream moved to will have stood long enough."),
    adoptedEarly: z
      .strictObject({ digest, at: timestamp })
      .optional()
      .describe(
        "ACR itself adopted this digest, on somebody's pull, before the cool-off was over.",
      ),
    lastGood: z
      .strictObject({
        digest,
        at: timestamp,
        pull: z.string().optional().describe("What to pull while the tag cannot be."),
      })
      .optional()
      .describe("The last digest that was proved to be served."),
    pin: pinBody.optional(),
    note: z.string().optional(),
  })
  .meta({ id: "Tag" });

const oneTag = { repository: repositoryName, tag: tagName };

export const pinRequest = z
  .strictObject({
    ...oneTag,
    reason: line(1000)
      .regex(/\S/, "Say why, for whoever finds it later.")
      .describe("Why it must not move."),
    until: instant.optional().describe("When the pin ends by itself; never when absent."),
  })
  .meta({ id: "PinRequest" });

export const unpinRequest = z.strictObject(oneTag).meta({ id: "UnpinRequest" });

/** A tag as the API shows it. `loginServer` undefined: not known just now, so nothing to pull. */
export function showTag(view: TagView, loginServer?: string): z.input<typeof tagBody> {
  const { record, pin, checkedAt, nextCheckAt, note } = view;
  const { repository, tag, status, reason, changedAt, adoptedEarly, lastGood } = record;
  return {
    repository,
    tag,
    status,
    reason,
    cachedDigest: record.cached,
    upstreamDigest: record.upstream,
    checkedAt,
    changedAt,
    nextCheckAt,
    coolingUntil: status === "cooling" ? record.dueAt : undefined,
    adoptedEarly,
    lastGood: lastGood && { ...lastGood, pull: pullByDigest(record, lastGood.digest, loginServer) },
    pin: pin && showPin(pin),
    note,
  };
}

export function showPin({ reason, by, since, until }: Pin): z.input<typeof pinBody> {
  return { reason, by, since, until };
}

function pullByDigest({ repository }: TagRecord, digest: Digest, loginServer: string | undefined) {
  return loginServer && `${loginServer}/${repository}@${digest}`;
}

const oldDigest = `sha256:${"3f".repeat(32)}`;
const newDigest = `sha256:${"c4".repeat(32)}`;

export const pinExample = {
  reason: "The dashboards break with 12.",
  by: "ada@contoso.com",
  since: "2026-11-21T02:00:00.000Z",
  until: "2026-12-01T00:00:00.000Z",
};

export const pinRequestExample = {
  repository: "grafana/grafana",
  tag: "latest",
  reason: pinExample.reason,
  until: pinExample.until,
};

export const tagExample = {
  repository: "grafana/grafana",
  tag: "latest",
  status: "cooling",
  reason: "Upstream moved at 2026-11-21T00:10:00.000Z; the new digest is to stand for a day first.",
  cachedDigest: oldDigest,
  upstreamDigest: newDigest,
  checkedAt: "2026-11-21T00:10:00.000Z",
  changedAt: "2026-11-02T06:00:12.000Z",
  nextCheckAt: "2026-11-22T00:10:00.000Z",
  coolingUntil: "2026-11-22T00:10:00.000Z",
  lastGood: {
    digest: oldDigest,
    at: "2026-11-02T06:00:12.000Z",
    pull: `contoso.azurecr.io/grafana/grafana@${oldDigest}`,
  },
};

import { heldBack, movedTo, pinned } from "./held-back.ts";
import type { TagRecord } from "./tag.ts";
import type { PlanSettings, TagFacts, TagPlan } from "./tag-plan.ts";
import { daySeconds, plusSeconds, secondsBetween, type Timestamp } from "./time.ts";
import type { UpstreamHead } from "./upstream-answer.ts";

/** Tags that the registry does not list: ours to bring back, new ones to warm, or none of our business. */
export function planUnlisted(facts: TagFacts, settings: PlanSettings): TagPlan {
  const { record, upstream, pin } = facts;
  const { policy, now } = settings;
  if (record && isOurs(record, now)) return planAway(record, upstream, now);
  const forget = (reason: string): TagPlan => ({ note: {}, step: "forget", reason });
  if (!policy.followNew || !settings.matched) return forget("The registry lists no such tag.");
  if (upstream.kind === "couldNotAsk")
    return { note: { moved: record?.moved }, step: "leave", reason: upstream.message };
  if (upstream.kind !== "found") return forget("Neither the registry nor upstream has such a tag.");
  const moved = movedTo(record, upstream.digest, now);
  const note = { moved };
  if (pin) return { note, step: "none", status: "pinned", ...pinned(pin) };
  const held = heldBack(moved, settings);
  if (held) return { note, step: "none", ...held };
  return { note, step: "touch", to: upstream.digest, last: false, reason: "It is new upstream." };
}

/** Whether it was Larder that took the tag away: lately, or for a purge that has not come to its end. */
function isOurs({ step, untaggedAt, status }: TagRecord, now: Timestamp): boolean {
  if (step?.kind === "purging") return true;
  if (untaggedAt === undefined) return false;
  return status === "gone" || secondsBetween(untaggedAt, now) < daySeconds;
}

/** A tag that Larder untagged is brought back, unless upstream took it away for good meanwhile. */
function planAway(record: TagRecord, upstream: UpstreamHead, now: Timestamp): TagPlan {
  const { step, lastGood, moved } = record;
  const known = step?.kind === "purging" ? step : undefined;
  const found = upstream.kind === "found" ? upstream.digest : undefined;
  const absentSince = upstream.kind === "absent" ? (record.absentSince ?? now) : undefined;
  const note = { moved, absentSince };
  if (absentSince !== undefined && now >= plusSeconds(absentSince, daySeconds)) {
    const last = known?.from ?? lastGood?.digest;
    const copy = last ? ` What it was can be pulled by digest: ${last}.` : "";
    const reason = `Upstream has had no such tag since ${absentSince}, and the registry could not pull it again before that.${copy}`;
    return {
      note,
      step: "none",
      status: "gone",
      reason: record.status === "gone" ? record.reason : reason,
    };
  }
  const to = found ?? known?.to ?? lastGood?.digest;
  return { note, step: "restore", to, reason: "Larder untagged it, so it is pulled again." };
}

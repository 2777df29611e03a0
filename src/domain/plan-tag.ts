import type { EffectivePolicy } from "./effective-policy.ts";
import { windowOpensAt } from "./refresh-window.ts";
import type { Digest, Pin, TagRecord, TagStatus } from "./tag.ts";
import { plusSeconds, secondsBetween, type Timestamp } from "./time.ts";
import type { UpstreamHead } from "./upstream-answer.ts";

/** Everything that is known of a tag at one moment. */
export interface TagFacts {
  readonly record: TagRecord | undefined;
  /** As the registry lists it; undefined: it does not. */
  readonly listed: { readonly digest: Digest; readonly locked: boolean } | undefined;
  readonly upstream: UpstreamHead;
  /** A pin that has not expired. */
  readonly pin: Pin | undefined;
}

export interface PlanSettings {
  readonly policy: Pick<EffectivePolicy, "strategy" | "window" | "minimumAgeSeconds" | "followNew">;
  readonly lagSeconds: number;
  /** Whether tags may be untagged at all. */
  readonly purge: boolean;
  /** Whether the policy, or somebody who asked, means this tag; another one is only brought back. */
  readonly matched: boolean;
  /** Somebody asked for this refresh: it heeds no window, and proves what is equal, too. */
  readonly onDemand: boolean;
  readonly now: Timestamp;
}

/** What to do about a tag now. `note` is kept in the record whatever comes of it. */
export type TagPlan = { readonly note: TagNote } & (
  | {
      readonly step: "none";
      readonly status: TagStatus;
      readonly reason: string;
      readonly dueAt?: Timestamp | undefined;
    }
  /** Nothing was learnt: the record stays as it is. */
  | { readonly step: "leave"; readonly reason: string }
  /** Neither registry nor Larder's own doing knows the tag any more. */
  | { readonly step: "forget"; readonly reason: string }
  /** Pull by tag. `last`: an answer with the old digest then means that the registry will not move by itself. */
  | { readonly step: "touch"; readonly to: Digest; readonly last: boolean; readonly reason: string }
  /** Pull by digest, and untag once everything is held. */
  | { readonly step: "purge"; readonly from: Digest; readonly to: Digest; readonly reason: string }
  /** Larder untagged it: pull it again at once. */
  | { readonly step: "restore"; readonly to: Digest | undefined; readonly reason: string }
  /** See whether the registry serves it itself. */
  | { readonly step: "prove"; readonly to: Digest; readonly reason: string }
);

type TagNote = Pick<TagRecord, "moved" | "absentSince" | "adoptedEarly">;

const daySeconds = 86_400;

/** The next step for a tag on the ladder of DESIGN section 6. Decides on what was seen, and never on what could not be asked. */
export function planTag(facts: TagFacts, settings: PlanSettings): TagPlan {
  const { record, listed, upstream, pin } = facts;
  if (!listed) return planUnlisted(facts, settings);
  if (!settings.matched)
    return { note: {}, step: "forget", reason: "The rule's patterns do not match it." };
  const note = { moved: record?.moved, absentSince: record?.absentSince };
  if (pin) return { note, step: "none", status: "pinned", ...pinned(pin) };
  if (listed.locked) {
    const reason = "It is locked in the registry, which would refuse to move it.";
    return { note, step: "none", status: "locked", reason };
  }
  switch (upstream.kind) {
    case "couldNotAsk":
      return {
        note: { ...note, adoptedEarly: record?.adoptedEarly },
        step: "leave",
        reason: upstream.message,
      };
    case "denied":
    case "badLogin":
      return { note, step: "none", status: "unknown", reason: upstream.message };
    case "absent":
      return planAbsent(record, upstream.message, settings.now);
    case "found":
      return listed.digest === upstream.digest
        ? planEqual(record, listed.digest, settings)
        : planMoved(record, listed.digest, upstream.digest, settings);
  }
}

function pinned({ reason, by, until }: Pin) {
  const end = until ? ` until ${until}` : "";
  return { reason: `Pinned by ${by}${end}: ${reason}`, dueAt: until };
}

/** 404 twice, a day apart; never on one answer (facts/docker-hub.md section 3: GHCR). The copy is kept. */
function planAbsent(record: TagRecord | undefined, message: string, now: Timestamp): TagPlan {
  const absentSince = record?.absentSince ?? now;
  const note = { absentSince };
  const believedAt = plusSeconds(absentSince, daySeconds);
  if (now >= believedAt) {
    const reason = `Upstream has had no such tag since ${absentSince}. The cached copy is kept. ${message}`;
    return { note, step: "none", status: "gone", reason };
  }
  const reason = `${message} It is believed only when it is still so on ${believedAt}.`;
  return { note, step: "none", status: "unknown", reason, dueAt: believedAt };
}

/** Tags that the registry does not list: ours to bring back, new ones to warm, or none of our business. */
function planUnlisted({ record, upstream, pin }: TagFacts, settings: PlanSettings): TagPlan {
  const { policy, now } = settings;
  const found = upstream.kind === "found" ? upstream.digest : undefined;
  const ours =
    record?.step?.kind === "purging" ||
    (record?.untaggedAt !== undefined && secondsBetween(record.untaggedAt, now) < daySeconds);
  if (ours) {
    const to =
      found ?? (record?.step?.kind === "purging" ? record.step.to : record?.lastGood?.digest);
    const reason = "Larder untagged it, so it is pulled again.";
    return { note: { moved: record?.moved }, step: "restore", to, reason };
  }
  const forget = (reason: string): TagPlan => ({ note: {}, step: "forget", reason });
  if (!policy.followNew || !settings.matched) return forget("The registry lists no such tag.");
  if (upstream.kind === "couldNotAsk")
    return { note: { moved: record?.moved }, step: "leave", reason: upstream.message };
  if (found === undefined) return forget("Neither the registry nor upstream has such a tag.");
  const moved = movedTo(record, found, now);
  const note = { moved };
  if (pin) return { note, step: "none", status: "pinned", ...pinned(pin) };
  const held = heldBack(moved, settings);
  if (held) return { note, step: "none", ...held };
  return { note, step: "touch", to: found, last: false, reason: "It is new upstream." };
}

function planEqual(record: TagRecord | undefined, digest: Digest, settings: PlanSettings): TagPlan {
  const { policy, onDemand, now } = settings;
  const { moved, step } = record ?? {};
  const early =
    step === undefined &&
    moved?.digest === digest &&
    now < plusSeconds(moved.since, policy.minimumAgeSeconds);
  const before = record?.adoptedEarly?.digest === digest ? record.adoptedEarly : undefined;
  const adoptedEarly = early ? { digest, at: now } : before;
  const note = { adoptedEarly };
  if (step)
    return { note, step: "prove", to: digest, reason: "The registry lists what upstream has." };
  if (onDemand) return { note, step: "prove", to: digest, reason: "Asked for." };
  const reason = adoptedEarly
    ? `The registry lists what upstream has. ACR adopted it by itself, seen at ${adoptedEarly.at}, before its cool-off was over: a cool-off cannot stop ACR from following on somebody's pull.`
    : "The registry lists what upstream has.";
  return { note, step: "none", status: "fresh", reason };
}

function planMoved(
  record: TagRecord | undefined,
  from: Digest,
  to: Digest,
  settings: PlanSettings,
): TagPlan {
  const { policy, purge, lagSeconds, now } = settings;
  const moved = movedTo(record, to, now);
  const note = { moved };
  const step = record?.step?.to === to ? record.step : undefined;
  const waiting = step && record?.dueAt !== undefined && now < record.dueAt;
  if (waiting) return { note, step: "leave", reason: record.reason };
  const held = step ? closedWindow(record, moved, settings) : heldBack(moved, settings);
  if (held && step?.kind !== "purging") return { note, step: "none", ...held };
  const purging = step?.kind === "preparing" || step?.kind === "purging";
  if (purge && (purging || policy.strategy === "purge"))
    return { note, step: "purge", from, to, reason: `Upstream moved to ${to}.` };
  const lagged = step?.kind === "touching" && now >= plusSeconds(step.since, lagSeconds);
  return { note, step: "touch", to, last: lagged, reason: `Upstream moved to ${to}.` };
}

function movedTo(record: TagRecord | undefined, digest: Digest, now: Timestamp) {
  return record?.moved?.digest === digest ? record.moved : { digest, since: now };
}

interface HeldBack {
  readonly status: TagStatus;
  readonly reason: string;
  readonly dueAt: Timestamp;
}

/** Why a moved tag is not followed yet. */
function heldBack(
  moved: { readonly digest: Digest; readonly since: Timestamp },
  settings: PlanSettings,
): HeldBack | undefined {
  const ripe = plusSeconds(moved.since, settings.policy.minimumAgeSeconds);
  if (settings.now >= ripe) return closedWindow(undefined, moved, settings);
  const reason = `Cooling until ${ripe}: Larder saw ${moved.digest} upstream on ${moved.since} for the first time. ACR may adopt it earlier by itself when somebody pulls the tag.`;
  return { status: "cooling", reason, dueAt: ripe };
}

function closedWindow(
  record: TagRecord | undefined,
  moved: { readonly digest: Digest },
  { policy, onDemand, now }: PlanSettings,
): HeldBack | undefined {
  const askedFor = onDemand || (record?.refreshes.length ?? 0) > 0;
  const opensAt = askedFor ? undefined : windowOpensAt(policy.window, now);
  if (opensAt === undefined) return undefined;
  const reason = `Upstream moved to ${moved.digest}. The rule's window opens at ${opensAt}.`;
  return { status: "deferred", reason, dueAt: opensAt };
}

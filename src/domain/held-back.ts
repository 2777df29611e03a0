import { windowOpensAt } from "./refresh-window.ts";
import type { Digest, Pin, TagRecord, TagStatus } from "./tag.ts";
import type { PlanSettings } from "./tag-plan.ts";
import { plusSeconds, type Timestamp } from "./time.ts";

/** What a person said of a tag that is left alone. */
export function pinned({ reason, by, until }: Pin) {
  const end = until ? ` until ${until}` : "";
  return { reason: `Pinned by ${by}${end}: ${reason}`, dueAt: until };
}

export function movedTo(record: TagRecord | undefined, digest: Digest, now: Timestamp) {
  return record?.moved?.digest === digest ? record.moved : { digest, since: now };
}

interface HeldBack {
  readonly status: TagStatus;
  readonly reason: string;
  readonly dueAt: Timestamp;
}

/** Why a moved tag is not followed yet. */
export function heldBack(
  moved: { readonly digest: Digest; readonly since: Timestamp },
  settings: PlanSettings,
): HeldBack | undefined {
  const ripe = plusSeconds(moved.since, settings.policy.minimumAgeSeconds);
  if (settings.now >= ripe) return closedWindow(undefined, moved, settings);
  const reason = `Cooling until ${ripe}: Larder saw ${moved.digest} upstream on ${moved.since} for the first time. ACR may adopt it earlier by itself when somebody pulls the tag.`;
  return { status: "cooling", reason, dueAt: ripe };
}

export function closedWindow(
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

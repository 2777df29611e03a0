import { lookDelay, patientLooks, restoreDelay } from "./look-again.ts";
import type { Digest, RefreshStep, TagRecord } from "./tag.ts";
import type { TagFacts, TagPlan } from "./tag-plan.ts";
import { plusSeconds, type Timestamp } from "./time.ts";

export type TagName = Pick<TagRecord, "registry" | "repository" | "tag">;

/** What was seen of a tag, as the record of it begins: no step and no reason yet. */
export function seenRecord(
  name: TagName,
  { record, listed, upstream }: TagFacts,
  plan: TagPlan,
  now: Timestamp,
): TagRecord {
  const cached = listed?.digest;
  const changed = record !== undefined && record.cached !== cached;
  return {
    ...name,
    ...plan.note,
    status: "stale",
    reason: plan.reason,
    cached,
    upstream: upstream.kind === "found" ? upstream.digest : record?.upstream,
    checkedAt: now,
    changedAt: changed ? now : record?.changedAt,
    lastGood: record?.lastGood,
    untaggedAt: record?.untaggedAt,
    refreshes: record?.refreshes ?? [],
  };
}

/** Not to be acted on before `dueAt`; the refreshes that waited are answered with it. */
export function settled(
  seen: TagRecord,
  { status, reason, dueAt }: Pick<TagRecord, "status" | "reason" | "dueAt">,
): TagRecord {
  return { ...seen, status, reason, dueAt, step: undefined, refreshes: [] };
}

interface Look {
  readonly kind: RefreshStep["kind"];
  readonly from: Digest | undefined;
  readonly to: Digest;
  readonly reason: string;
  /** Seconds until the next look, where it is not the usual delay. */
  readonly delay?: number | undefined;
}

/** On the ladder, with the time of the next look; looks go on counting while step and digest stay the same. */
export function climbing(
  seen: TagRecord,
  before: RefreshStep | undefined,
  { kind, from, to, reason, delay }: Look,
  now: Timestamp,
): TagRecord {
  const same = before?.kind === kind && before.to === to ? before : undefined;
  const looks = same ? same.looks + 1 : 0;
  const since = same?.since ?? now;
  const usual = kind === "purging" ? restoreDelay(looks) : lookDelay(looks);
  const patient = looks < patientLooks;
  return {
    ...seen,
    ...(kind === "purging" && { lastGood: fallback(seen, before?.from ?? from, now) }),
    status: patient ? "refreshing" : "unverified",
    refreshes: patient ? seen.refreshes : [],
    reason,
    step: {
      kind,
      from: before?.to === to ? (before.from ?? from) : (from ?? before?.from),
      to,
      since,
      looks,
      ...((before?.asked || seen.refreshes.length > 0) && { asked: true }),
    },
    dueAt: plusSeconds(now, delay ?? usual),
  };
}

/** What can be pulled by digest while the tag may be away: what it was. */
function fallback({ lastGood }: TagRecord, from: Digest | undefined, at: Timestamp) {
  return from === undefined || lastGood?.digest === from ? lastGood : { digest: from, at };
}

/** Seen to be served by the registry itself, every wanted platform included. */
export function provedRecord(
  seen: TagRecord,
  digest: Digest,
  reason: string,
  now: Timestamp,
): TagRecord {
  return {
    ...seen,
    status: "fresh",
    reason,
    cached: digest,
    upstream: digest,
    checkedAt: now,
    changedAt: seen.cached === digest ? seen.changedAt : now,
    moved: undefined,
    lastGood: { digest, at: now },
    step: undefined,
    dueAt: undefined,
    refreshes: [],
  };
}

const compared = [
  "status",
  "reason",
  "cached",
  "upstream",
  "changedAt",
  "absentSince",
  "dueAt",
  "untaggedAt",
] as const;

/** Whether two records say the same, so that nothing needs to be written; when it was seen does not count. */
export function sameRecord(a: TagRecord | undefined, b: TagRecord): boolean {
  return (
    a !== undefined &&
    compared.every((field) => a[field] === b[field]) &&
    a.moved?.digest === b.moved?.digest &&
    a.adoptedEarly?.digest === b.adoptedEarly?.digest &&
    a.lastGood?.digest === b.lastGood?.digest &&
    a.step?.kind === b.step?.kind &&
    a.step?.to === b.step?.to &&
    a.step?.looks === b.step?.looks &&
    a.refreshes.length === b.refreshes.length
  );
}

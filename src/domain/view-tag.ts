import type { Pin, RepositoryState, TagRecord, TagStatus } from "./tag.ts";
import { plusSeconds, secondsBetween, type Timestamp } from "./time.ts";

/** A tag as a reader sees it: never called fresh on the word of a comparison that is too old. */
export interface TagView {
  /** The record, with what is shown in place of its status and reason. */
  readonly record: TagRecord;
  /** A pin that has not ended. */
  readonly pin?: Pin | undefined;
  /** When it was last compared, also if nothing of it changed and so nothing was written. */
  readonly checkedAt: Timestamp;
  readonly nextCheckAt?: Timestamp | undefined;
  /** What a reader should know besides. */
  readonly note?: string | undefined;
}

/** What a view of a repository's tags is made from. */
export interface ViewFacts {
  readonly state: RepositoryState | undefined;
  readonly pins: readonly Pin[];
  /** How often its rule's policy has them compared; undefined: no active rule with a policy serves it. */
  readonly everySeconds: number | undefined;
  readonly now: Timestamp;
}

/** Whether a pin holds now: it ends by itself. */
export function isPinned({ until }: Pin, now: Timestamp): boolean {
  return until === undefined || until > now;
}

/** One tag from its record and its repository's state. */
export function viewTag(record: TagRecord, facts: ViewFacts): TagView {
  const { state, everySeconds, now } = facts;
  const checkedAt = lastChecked(record, state);
  const pin = facts.pins.find((one) => one.tag === record.tag && isPinned(one, now));
  const next = everySeconds && plusSeconds(state?.checkedAt ?? record.checkedAt, everySeconds);
  const shown = {
    record,
    pin,
    checkedAt,
    nextCheckAt: record.dueAt ?? (next || undefined),
    note: noteOn(record, pin, facts),
  };
  if (record.status !== "fresh" || !isOutdated(checkedAt, facts)) return shown;
  const reason = `Last known to be fresh at ${checkedAt}; it could not be compared since. ${state?.trouble?.message ?? ""}`;
  return { ...shown, record: { ...record, status: "unknown", reason }, note: undefined };
}

/** A repository's counts by shown status: what it called fresh too long ago is unknown. */
export function viewCounts(
  state: RepositoryState,
  facts: Pick<ViewFacts, "everySeconds" | "now">,
): Readonly<Partial<Record<TagStatus, number>>> {
  const { fresh = 0, unknown = 0, ...rest } = state.counts;
  if (fresh === 0 || !isOutdated(state.checkedAt, { ...facts, state })) return state.counts;
  return { ...rest, unknown: unknown + fresh };
}

/** Whether a comparison of that time says nothing any more, because the next ones were not made. */
function isOutdated(
  checkedAt: Timestamp | undefined,
  { state, everySeconds, now }: Pick<ViewFacts, "state" | "everySeconds" | "now">,
): boolean {
  if (!state || everySeconds === undefined) return false;
  return checkedAt === undefined || secondsBetween(checkedAt, now) > 2 * everySeconds;
}

/** What the last pass did not see; a listing that an earlier pass judged says nothing of it. */
export function partialListing({
  listing,
  checkedAt = "",
}: RepositoryState): RepositoryState["listing"] {
  return listing && !listing.complete && listing.at >= checkedAt ? listing : undefined;
}

/** A pass writes only what changed; one that saw the whole listing compared every tag there is a record of. */
function lastChecked(record: TagRecord, state: RepositoryState | undefined): Timestamp {
  const covered = state && partialListing(state) ? undefined : state?.checkedAt;
  return covered !== undefined && covered > record.checkedAt ? covered : record.checkedAt;
}

function noteOn(
  { status }: TagRecord,
  pin: Pin | undefined,
  { state, everySeconds }: ViewFacts,
): string | undefined {
  if (state?.trouble) return `Checking cannot go on now: ${state.trouble.message}`;
  if (status === "pinned" && !pin) return "Its pin has ended; the next check takes it up again.";
  if (status !== "pinned" && pin) return "Pinned since the last check, and left alone from now on.";
  if (everySeconds === undefined)
    return "No active rule with a refresh policy serves it, so it is compared on demand only.";
  return undefined;
}

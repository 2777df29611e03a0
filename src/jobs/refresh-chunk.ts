import type { EffectivePolicy } from "../domain/effective-policy.ts";
import { planTag } from "../domain/plan-tag.ts";
import type { ListedTag } from "../domain/refresh-ports.ts";
import type { TagRecord } from "../domain/tag.ts";
import type { TagFacts, TagPlan } from "../domain/tag-plan.ts";
import { seenRecord, settled } from "../domain/tag-record.ts";
import { plusSeconds } from "../domain/time.ts";
import { askHeads, type Trouble } from "./ask-heads.ts";
import { type Climb, defer, noRoom, planned, putOff } from "./climb.ts";
import { orProblem } from "./or-problem.ts";
import { proveTags } from "./prove-tags.ts";
import { openPurse, type Purse } from "./pull-purse.ts";
import { emptyPurse, restoreTag, touchTag } from "./pull-tags.ts";
import { purgeTags } from "./purge-tags.ts";
import type { Site } from "./refresh-site.ts";

/** Seconds until a tag for which upstream alone failed is asked for again. */
const unknownDelay = 900;

/** A tag to be looked at. */
export interface ChunkTag {
  readonly tag: string;
  readonly listed: Omit<ListedTag, "tag"> | undefined;
  readonly record: TagRecord | undefined;
}

export interface ChunkMode {
  /** Id of the refresh on demand. */
  readonly refresh?: string | undefined;
  readonly dryRun: boolean;
}

/** What became of a chunk: to be recorded by the caller, whatever `trouble` says. */
export interface ChunkOutcome {
  readonly climbs: readonly Climb[];
  /** Upstream could not be asked, so the pass is to go on later. */
  readonly trouble?: Trouble | undefined;
}

/** Compares up to a hundred tags with upstream and does what is due for each; records nothing but intents. */
export async function refreshChunk(
  site: Site,
  tags: readonly ChunkTag[],
  mode: ChunkMode,
): Promise<ChunkOutcome> {
  const { heads, trouble } = await askHeads(
    site,
    tags.map(({ tag }) => tag),
  );
  const climbs = tags.map((one, index) => {
    const upstream = heads[index] ?? { kind: "couldNotAsk" as const, message: "It was not asked." };
    return beginClimb(site, one, { ...one, upstream, pin: site.pins.get(one.tag) }, mode);
  });
  if (!mode.dryRun) await act(site, climbs);
  if (!trouble) for (const climb of climbs) noteUnknown(site, climb);
  return { climbs, trouble };
}

function beginClimb(site: Site, { tag }: ChunkTag, facts: TagFacts, mode: ChunkMode): Climb {
  const { ports, registry, repository, policy } = site;
  const now = ports.ambient.now();
  const { lagSeconds, purge } = ports.refreshSettings;
  const onDemand = mode.refresh !== undefined;
  const { refreshes = [], step } = facts.record ?? {};
  const matched = policy.matches(tag) || refreshes.length > 0 || step?.asked === true;
  const plan = planTag(facts, { policy, lagSeconds, purge, onDemand, matched, now });
  const seen = awaited(seenRecord({ registry, repository, tag }, facts, plan, now), mode);
  const next = firstRecord(facts, seen, plan, mode);
  return { tag, facts, plan, seen, stored: facts.record, next };
}

/** Upstream answers, but not for this tag: the pass goes on without it, and it is looked at again soon. */
function noteUnknown(site: Site, climb: Climb): void {
  const { plan, facts, seen } = climb;
  if (plan.step !== "leave" || facts.upstream.kind !== "couldNotAsk" || facts.record?.step) return;
  const dueAt = plusSeconds(site.ports.ambient.now(), unknownDelay);
  const { record } = facts;
  const before =
    record && record.status !== "unknown"
      ? ` It was ${record.status} when it was last compared; the cached copy goes on being served.`
      : "";
  climb.next = settled(seen, { status: "unknown", reason: `${plan.reason}${before}`, dueAt });
}

const awaited = (record: TagRecord, { refresh, dryRun }: ChunkMode): TagRecord =>
  refresh === undefined || dryRun || record.refreshes.includes(refresh)
    ? record
    : { ...record, refreshes: [...record.refreshes, refresh] };

/** The record if nothing more is done. */
function firstRecord(
  { record }: TagFacts,
  seen: TagRecord,
  plan: TagPlan,
  mode: ChunkMode,
): TagRecord | undefined {
  switch (plan.step) {
    case "none":
      return settled(seen, plan);
    case "forget":
      return undefined;
    case "leave":
      // Whoever asked for a refresh waits with a step that is under way, and no longer than that.
      return record && (record.step ? awaited(record, mode) : record);
    case "touch":
    case "purge":
    case "restore":
    case "prove":
      return record ?? seen;
  }
}

async function act(site: Site, climbs: readonly Climb[]): Promise<void> {
  const acting = await ration(
    site,
    climbs.filter(({ plan }) => /^(touch|purge|restore|prove)$/.test(plan.step)),
  );
  const [first] = acting;
  if (!first) return;
  const each = pullsFor(site.policy);
  const costly = acting.filter(({ plan }) => plan.step !== "prove").length;
  // A proof costs nothing, unless a platform turns out to be missing.
  const pulls = each * costly + (acting.length - costly);
  const known = acting.find(({ facts }) => facts.upstream.kind === "found");
  const purse = await openPurse(site, known?.tag, pulls);
  try {
    await climbAll(site, affordable(acting, Math.floor(purse.size / each), purse), purse);
  } finally {
    await orProblem(purse.close());
  }
}

/** Those that the account can pay for whole; a refresh begun halfway would only spend. */
function affordable(acting: readonly Climb[], count: number, purse: Purse): readonly Climb[] {
  let left = count;
  return acting.filter((climb) => {
    if (!/^(touch|purge)$/.test(climb.plan.step)) return true;
    left -= 1;
    if (left >= 0) return true;
    if (purse.problem) putOff(climb, purse.problem, purse.until ?? climb.seen.checkedAt);
    else defer(climb, `${climb.plan.reason} ${emptyPurse}`, purse.until);
    return false;
  });
}

/** Pulls that one tag may cost: the manifest by digest and by tag, one to be safe, and its platforms. */
function pullsFor({ platforms }: EffectivePolicy): number {
  return 3 + (Array.isArray(platforms) ? platforms.length : 4);
}

async function climbAll(site: Site, acting: readonly Climb[], purse: Purse): Promise<void> {
  await Promise.all(acting.map((climb) => restoreTag(site, climb, purse)));
  await Promise.all(acting.map((climb) => touchTag(site, climb, purse)));
  await purgeTags(site, acting, purse);
  for (const climb of acting) {
    const plan = planned(climb, "prove");
    if (plan) climb.to = plan.to;
  }
  await proveTags(site, acting, purse);
}

/** Those that the registry's request limit has room for; what was untagged goes first, and always. */
async function ration(site: Site, wanted: readonly Climb[]): Promise<readonly Climb[]> {
  if (wanted.length === 0) return [];
  const urgent = wanted.filter(({ plan }) => plan.step === "restore");
  const others = wanted.filter(({ plan }) => plan.step !== "restore");
  const reads = requestsFor(site.policy);
  const { granted, until } = await site.ports.throttle.take(site.registry, others.length, {
    reads,
    deletes: 0,
  });
  const now = site.ports.ambient.now();
  const again = until ?? plusSeconds(now, 60);
  for (const climb of others.slice(granted)) putOff(climb, noRoom(again), again);
  return [...urgent, ...others.slice(0, granted)];
}

/** Reads that one tag takes on the way: the manifest and its platforms, pulled and looked for. */
function requestsFor({ platforms }: EffectivePolicy): number {
  const wanted = Array.isArray(platforms) ? platforms.length : 3;
  return platforms === "cached" ? 4 + 3 * wanted : 4 + 2 * wanted;
}

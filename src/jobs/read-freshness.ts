import type { CacheRule } from "../domain/cache-rule.ts";
import { sumCounts } from "../domain/refresh-progress.ts";
import type { RepositoryState, TagStatus } from "../domain/tag.ts";
import type { Timestamp } from "../domain/time.ts";
import { partialListing, type TagView, viewCounts } from "../domain/view-tag.ts";
import { activeRules, everySeconds, type ViewPorts, viewTags } from "./list-tags.ts";

/** How fresh a registry is, for whoever looks at all of it at once. */
export interface Freshness {
  readonly repositories: number;
  /** Tags by status, as they are shown. */
  readonly counts: Readonly<Partial<Record<TagStatus, number>>>;
  /** Start of the oldest among the repositories' last passes; absent while none is finished. */
  readonly oldestCheckAt?: Timestamp | undefined;
  /** Repositories whose tags were never compared to the end. */
  readonly unchecked: number;
  /** What keeps repositories from being checked or purged, at most 20. */
  readonly troubles: readonly RepositoryTrouble[];
  /** Tags that need attention, worst first, at most 20. */
  readonly attention: readonly TagView[];
}

interface RepositoryTrouble {
  readonly repository: string;
  readonly message: string;
  readonly since: Timestamp;
}

const maximumShown = 20;

/** Statuses somebody may have to act on, worst first. */
const wanting: readonly TagStatus[] = ["unverified", "gone", "unknown", "stale", "deferred"];

/** Reads a row a repository, and of tags only those that are shown. */
export async function readFreshness(ports: ViewPorts, registry: string): Promise<Freshness> {
  const [{ rules }, stored] = await Promise.all([
    ports.rules.read(registry),
    ports.tags.states(registry),
  ]);
  const active = activeRules(rules.map(({ value }) => value));
  const states = stored.map(({ value }) => value);
  const now = ports.ambient.now();
  const checks = states.flatMap(({ checkedAt }) => checkedAt ?? []);
  return {
    repositories: states.length,
    counts: shownCounts(ports, active, states, now),
    oldestCheckAt: checks.sort()[0],
    unchecked: states.length - checks.length,
    troubles: states.flatMap(troubleOf).slice(0, maximumShown),
    attention: await readAttention(ports, registry, active, sumCounts(states)),
  };
}

/** Tags by status of several repositories, as they are shown; statuses nobody has are left out. */
export function shownCounts(
  ports: Pick<ViewPorts, "refreshSettings">,
  active: readonly CacheRule[],
  states: readonly RepositoryState[],
  now: Timestamp,
): Freshness["counts"] {
  const counts = states.map((state) => {
    const every = state.trouble && everySeconds(ports, active, state.repository);
    return { counts: viewCounts(state, { everySeconds: every, now }) };
  });
  return sumCounts(counts);
}

/** What keeps a repository from being checked or purged; empty when nothing does. */
export function troubleOf(state: RepositoryState): readonly RepositoryTrouble[] {
  const { repository, trouble } = state;
  if (trouble) return [{ repository, message: trouble.message, since: trouble.since }];
  const listing = partialListing(state);
  if (!listing) return [];
  return [{ repository, message: listing.message, since: listing.at }];
}

/** One status at a time, and only those that the counts have, until there are enough. */
async function readAttention(
  ports: ViewPorts,
  registry: string,
  active: readonly CacheRule[],
  counts: RepositoryState["counts"],
): Promise<readonly TagView[]> {
  const views: TagView[] = [];
  for (const status of wanting.filter((one) => (counts[one] ?? 0) > 0)) {
    const limit = maximumShown - views.length;
    if (limit === 0) break;
    const { tags } = await ports.tags.list(registry, { status, limit });
    views.push(...(await viewTags(ports, registry, active, tags)));
  }
  return views;
}

import type { CacheRule } from "../domain/cache-rule.ts";
import { everySecondsOf } from "../domain/effective-policy.ts";
import { servingRule } from "../domain/mapping.ts";
import type { Ports } from "../domain/ports.ts";
import { repositoryOverdue } from "../domain/repository-overdue.ts";
import type { Signal } from "../domain/signal.ts";
import { type RepositoryState, type TagStatus, tagStatuses } from "../domain/tag.ts";
import type { Timestamp } from "../domain/time.ts";
import { activeRules } from "./list-tags.ts";
import { shownCounts, troubleOf } from "./read-freshness.ts";

export type TagPorts = Pick<Ports, "ambient" | "refreshSettings" | "rules" | "tags">;

/** Reads a row a repository, and none of a tag. */
export async function countTags(ports: TagPorts, registry: string): Promise<readonly Signal[]> {
  const [{ rules }, stored] = await Promise.all([
    ports.rules.read(registry),
    ports.tags.states(registry),
  ]);
  const now = ports.ambient.now();
  const active = activeRules(rules.map(({ value }) => value));
  const states = stored.map(({ value }) => value);
  const late = states
    .flatMap((state) => {
      const since = overdueSince(ports, active, state, now);
      return since === undefined ? [] : { state, since };
    })
    .sort((a, b) => (a.since < b.since ? -1 : 1));
  return [
    {
      name: "TagsCounted",
      registry,
      repositories: states.length,
      overdue: late.length,
      ...everyStatus(shownCounts(ports, active, states, now)),
      example: exampleOf(late[0], states),
    },
  ];
}

interface Late {
  readonly state: RepositoryState;
  readonly since: Timestamp;
}

/** Without an active rule that has a policy, a repository is compared on demand only, and never overdue. */
function overdueSince(
  { refreshSettings }: TagPorts,
  active: readonly CacheRule[],
  state: RepositoryState,
  now: Timestamp,
): Timestamp | undefined {
  const rule = servingRule(active, state.repository);
  if (!rule?.refresh) return undefined;
  const everySeconds = everySecondsOf(rule.refresh, refreshSettings.defaults);
  return repositoryOverdue(state, { everySeconds, updatedAt: rule.updatedAt }, now);
}

/** The one that is overdue for longest, else one that something keeps from being checked or purged. */
function exampleOf(late: Late | undefined, states: readonly RepositoryState[]): string | undefined {
  if (late) {
    const { repository, checkedAt } = late.state;
    const [trouble] = troubleOf(late.state);
    const last =
      checkedAt === undefined ? "never compared to the end" : `last compared ${checkedAt}`;
    return `${repository}: ${last}${trouble ? `. ${trouble.message}` : ""}`;
  }
  const [trouble] = states.flatMap(troubleOf);
  return trouble && `${trouble.repository}: ${trouble.message}`;
}

function everyStatus(
  counts: Readonly<Partial<Record<TagStatus, number>>>,
): Readonly<Record<TagStatus, number>> {
  const entries = tagStatuses.map((status) => [status, counts[status] ?? 0] as const);
  return Object.fromEntries(entries) as Record<TagStatus, number>;
}

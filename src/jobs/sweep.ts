import type { CacheRule } from "../domain/cache-rule.ts";
import { effectivePolicy } from "../domain/effective-policy.ts";
import { isReason } from "../domain/errors.ts";
import { sweepJob, sweepRan } from "../domain/heartbeat-names.ts";
import { isWildcard, servingRule, standing, wildcardPrefix } from "../domain/mapping.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import type { RefreshSettings } from "../domain/refresh-ports.ts";
import type { RepositoryState } from "../domain/tag.ts";
import { plusSeconds, type Timestamp } from "../domain/time.ts";
import { repairRefreshes } from "./repair-refreshes.ts";
import { repositoriesUnder } from "./repositories-under.ts";

type SweepPorts = Pick<
  Ports,
  | "ambient"
  | "heartbeats"
  | "refreshes"
  | "refreshOutbox"
  | "refreshSettings"
  | "registries"
  | "repositories"
  | "rules"
  | "settings"
  | "tags"
>;

/** Messages sent side by side. */
const atOnce = 32;
/** Times a message's work after which a repository whose message nobody took is sent again. */
const lostAfter = 30;

/**
 * Sends one message for each repository that is due, the longest due first. Answers a line for the log.
 * A registry that fails does not stop the others, but the run then ends in an AggregateError.
 */
export async function sweep(ports: SweepPorts): Promise<string> {
  const lines: string[] = [];
  const failures: unknown[] = [];
  for (const registry of ports.registries.names) {
    try {
      lines.push(`${registry}: ${await sweepRegistry(ports, registry)}`);
    } catch (error) {
      failures.push(error);
      lines.push(`${registry}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  await ports.heartbeats.beat(sweepRan, ports.ambient.now());
  if (failures.length > 0) throw new AggregateError(failures, lines.join("; "));
  await ports.heartbeats.beat(sweepJob, ports.ambient.now());
  return lines.join("; ");
}

async function sweepRegistry(ports: SweepPorts, registry: string): Promise<string> {
  const [{ rules }, states] = await Promise.all([
    ports.rules.read(registry),
    ports.tags.states(registry),
  ]);
  const records = standing(rules.map(({ value }) => value));
  const known = new Map(states.map((stored) => [stored.value.repository, stored]));
  const found = await findRepositories(ports, registry, records, [...known.keys()]);
  const now = ports.ambient.now();
  const due = [...found]
    .flatMap(([repository, { rule, partial }]) => {
      const at = dueAt(ports, rule, known.get(repository)?.value, now);
      return at <= now ? [{ repository, partial, at }] : [];
    })
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  const left = states.filter(
    ({ value }) => !found.has(value.repository) && isIdle(ports, value, now),
  );
  const messages = [
    ...due,
    ...left.map(({ value: { repository } }) => ({ repository, partial: false })),
  ];
  for (let at = 0; at < messages.length; at += atOnce)
    await Promise.all(
      messages.slice(at, at + atOnce).map(async ({ repository, partial }) => {
        const flag = partial ? { partialCatalog: true as const } : {};
        const message = { kind: "refresh-repository" as const, registry, repository, ...flag };
        await ports.refreshOutbox.send(message, 0);
        const rule = found.get(repository)?.rule.name ?? "";
        const stored = known.get(repository) ?? unseen(registry, repository, rule);
        await markQueued(ports, stored, now);
      }),
    );
  const repaired = await repairRefreshes(ports, registry);
  return `${found.size} repositories to be kept fresh, ${due.length} due, ${left.length} no longer covered, ${repaired} refreshes sent again`;
}

interface Found {
  readonly rule: CacheRule;
  readonly partial: boolean;
}

/** The repositories that a rule with a refresh policy serves, and whether its catalog was whole. */
async function findRepositories(
  ports: SweepPorts,
  registry: string,
  records: readonly CacheRule[],
  known: readonly string[],
): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  const add = (rule: CacheRule, repository: string, partial: boolean) => {
    if (servingRule(records, repository)?.name === rule.name)
      found.set(repository, { rule, partial });
  };
  for (const rule of records) {
    if (rule.status !== "active" || !rule.refresh) continue;
    if (!isWildcard(rule.target)) {
      add(rule, rule.target, false);
      continue;
    }
    const prefix = wildcardPrefix(rule.target);
    const listed = await repositoriesUnder(ports, registry, rule);
    const seen = new Set(listed);
    const missing = known.filter((one) => one.startsWith(prefix) && !seen.has(one));
    const partial = await hidden(ports, registry, missing);
    for (const repository of listed) add(rule, repository, partial);
    // A repository of ours that is not listed may still have tags that are to come back.
    for (const repository of missing) add(rule, repository, partial);
  }
  return found;
}

/** Whether the registry has repositories that its catalog did not show (Azure/acr#875). Looks at a few. */
async function hidden(
  ports: SweepPorts,
  registry: string,
  missing: readonly string[],
): Promise<boolean> {
  for (const repository of missing.slice(0, 5))
    if (await ports.repositories.exists(registry, repository)) return true;
  return false;
}

/** When a repository is to be looked at next; the beginning of time when it never was. */
function dueAt(
  { refreshSettings }: SweepPorts,
  { refresh }: CacheRule,
  state: RepositoryState | undefined,
  now: Timestamp,
): Timestamp {
  if (!state || !refresh) return "";
  const policy = effectivePolicy(refresh, refreshSettings.defaults);
  const { lease, queuedAt, checkedAt, followUpAt, trouble } = state;
  const unchecked = state.pass || checkedAt === undefined || state.policy !== policy.text;
  const passAt = unchecked ? "" : plusSeconds(checkedAt, policy.everySeconds);
  // Upstream asked to wait; tags that are away do not.
  const waitUntil = trouble && trouble.until > now ? trouble.until : "";
  const next = [passAt > waitUntil ? passAt : waitUntil, followUpAt].filter(
    (one) => one !== undefined,
  );
  // Somebody is at it, or a message is on its way.
  const notBefore = [
    lease?.until ?? "",
    queuedAt === undefined ? "" : lostAt(refreshSettings, queuedAt),
  ];
  const first = next.sort()[0] ?? "";
  return [first, ...notBefore].sort().at(-1) ?? "";
}

/** When the message that was sent then counts as lost. */
function lostAt({ messageSeconds }: RefreshSettings, queuedAt: Timestamp): Timestamp {
  return plusSeconds(queuedAt, lostAfter * messageSeconds);
}

function isIdle(
  { refreshSettings }: SweepPorts,
  { lease, queuedAt }: RepositoryState,
  now: Timestamp,
): boolean {
  const free = (lease?.until ?? "") <= now;
  return free && (queuedAt === undefined || lostAt(refreshSettings, queuedAt) <= now);
}

const unseen = (registry: string, repository: string, rule: string) => ({
  value: { registry, repository, rule, counts: {}, policy: "" },
});

/** So that the next sweep does not send it again while the queue is long. Whoever wrote meanwhile knows better. */
async function markQueued(
  ports: SweepPorts,
  { value, etag }: Partial<Stored<RepositoryState>> & { readonly value: RepositoryState },
  now: Timestamp,
): Promise<void> {
  try {
    await ports.tags.write({ state: { ...value, queuedAt: now }, etag });
  } catch (error) {
    if (!isReason(error, "stale")) throw error;
  }
}

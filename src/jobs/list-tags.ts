import type { CacheRule } from "../domain/cache-rule.ts";
import { everySecondsOf } from "../domain/effective-policy.ts";
import { servingRule } from "../domain/mapping.ts";
import type { Ports } from "../domain/ports.ts";
import type { TagRecord, TagStatus } from "../domain/tag.ts";
import { type TagView, type ViewFacts, viewTag } from "../domain/view-tag.ts";
import { servedName } from "./find-rule.ts";

export interface TagQuery {
  readonly repository?: string | undefined;
  readonly status?: TagStatus | undefined;
  /** Continue from an earlier `next`. */
  readonly after?: string | undefined;
  readonly limit: number;
}

type Page = Awaited<ReturnType<Ports["tags"]["list"]>>;

export type ViewPorts = Pick<Ports, "rules" | "tags" | "ambient" | "refreshSettings">;

/** Pages of the store that one page of views may be gathered from. */
const maximumReads = 10;
/** Begins a continuation among the fresh tags of repositories in trouble: "+grafana/loki <next>". */
const inTrouble = "+";

/**
 * A page of tags as readers see them, by repository and tag; with a status, of those that are shown
 * with it. A page may be short and still have a `next`. `missing` when the registry is not served.
 */
export async function listTags(
  ports: Pick<Ports, "registries"> & ViewPorts,
  registry: string,
  query: TagQuery,
): Promise<{ readonly tags: readonly TagView[]; readonly next?: string | undefined }> {
  const served = servedName(ports, registry);
  const { rules } = await ports.rules.read(served);
  const active = activeRules(rules.map(({ value }) => value));
  let after = query.after;
  let next: string | undefined;
  const tags: TagView[] = [];
  for (let reads = 0; reads < maximumReads; reads += 1) {
    const limit = query.limit - tags.length;
    const page = await readPage(ports, served, { ...query, after, limit });
    const views = await viewTags(ports, served, active, page.tags);
    tags.push(...views.filter(({ record }) => !query.status || record.status === query.status));
    after = next = page.next;
    if (next === undefined || tags.length >= query.limit) break;
  }
  return { tags, next };
}

/** One page of the store. Behind what is recorded as unknown come the fresh tags of repositories in trouble, of which some are shown so. */
async function readPage(ports: ViewPorts, registry: string, query: TagQuery): Promise<Page> {
  const { status, after, repository, limit } = query;
  if (status !== "unknown" || !after?.startsWith(inTrouble)) {
    const page = await ports.tags.list(registry, { repository, status, limit, after });
    if (status !== "unknown" || page.next !== undefined) return page;
    return { tags: page.tags, next: await nextInTrouble(ports, registry, repository, "") };
  }
  const [troubled = "", from] = after.slice(inTrouble.length).split(" ", 2);
  const page = await ports.tags.list(registry, {
    repository: troubled,
    status: "fresh",
    limit,
    after: from,
  });
  if (page.next !== undefined) return { ...page, next: `${inTrouble}${troubled} ${page.next}` };
  return { tags: page.tags, next: await nextInTrouble(ports, registry, repository, troubled) };
}

/** Where to go on: the first repository in trouble behind `after`. */
async function nextInTrouble(
  ports: ViewPorts,
  registry: string,
  only: string | undefined,
  after: string,
): Promise<string | undefined> {
  const states = await ports.tags.states(registry);
  const [first] = states
    .filter(({ value }) => value.trouble && (only === undefined || value.repository === only))
    .map(({ value }) => value.repository)
    .filter((repository) => repository > after)
    .sort();
  return first === undefined ? undefined : inTrouble + first;
}

/** Rules that refreshing goes by. */
export function activeRules(records: readonly CacheRule[]): readonly CacheRule[] {
  return records.filter(({ status }) => status === "active");
}

/** How often a repository's tags are compared; undefined: never by schedule. */
export function everySeconds(
  ports: Pick<ViewPorts, "refreshSettings">,
  active: readonly CacheRule[],
  repository: string,
): number | undefined {
  const refresh = servingRule(active, repository)?.refresh;
  return refresh && everySecondsOf(refresh, ports.refreshSettings.defaults);
}

/** Views of a page of records; reads the state and pins of each repository among them once. */
export async function viewTags(
  ports: ViewPorts,
  registry: string,
  active: readonly CacheRule[],
  records: readonly TagRecord[],
): Promise<readonly TagView[]> {
  const repositories = [...new Set(records.map(({ repository }) => repository))];
  const now = ports.ambient.now();
  const read = async (repository: string): Promise<[string, ViewFacts]> => {
    const [state, pins] = await Promise.all([
      ports.tags.state(registry, repository),
      ports.tags.pins(registry, repository),
    ]);
    const every = everySeconds(ports, active, repository);
    return [repository, { state: state?.value, pins, everySeconds: every, now }];
  };
  const facts = new Map(await Promise.all(repositories.map(read)));
  return records.flatMap((record) => {
    const known = facts.get(record.repository);
    return known ? [viewTag(record, known)] : [];
  });
}

import { LarderError } from "../domain/errors.ts";
import type { ListedManifest } from "../domain/refresh-ports.ts";
import type { Digest, RepositoryState, Superseded } from "../domain/tag.ts";
import { plusSeconds } from "../domain/time.ts";
import { orProblem } from "./or-problem.ts";
import type { Site } from "./refresh-site.ts";

/** Seconds between two cleanings of a repository. */
const cleanEvery = 86_400;
/** Manifests a repository may have for its cleaning; each is read, to be sure that nothing needs another. */
const mostManifests = 2000;
/** Superseded rows a transaction takes. */
const rows = 90;

/**
 * Removes manifests that Larder's own refreshes left without a tag, once their retention is over, and
 * their platforms with them; never what a tag, an index that stays, or a referrer still needs, never
 * anything locked, and nothing at all unless the whole repository could be read. Answers the change of state.
 */
export async function cleanSuperseded(site: Site): Promise<Partial<RepositoryState>> {
  const { ports, registry, repository, policy, desk } = site;
  const now = ports.ambient.now();
  const { cleanAt } = desk.state();
  if (cleanAt !== undefined && cleanAt > now) return {};
  const change = { cleanAt: plusSeconds(now, cleanEvery) };
  const superseded = await ports.tags.superseded(registry, repository);
  const oldest = plusSeconds(now, -policy.keepSupersededSeconds);
  const over = superseded.filter(({ since }) => since <= oldest);
  if (over.length === 0) return change;
  const whole = await readWhole(site);
  if (!whole) return change;
  const kept = new Set(
    superseded.filter(({ since }) => since > oldest).map(({ digest }) => digest),
  );
  const doomed = chooseDoomed(over, kept, whole);
  const cleaned: Digest[] = [];
  for (const one of over) {
    const group = [one.digest, ...(doomed.get(one.digest) ?? [])];
    // Not there any more, or needed again: either way it is not superseded now.
    const done = doomed.has(one.digest)
      ? await removeAll(site, group)
      : !whole.has(one.digest) || (whole.get(one.digest)?.tags.length ?? 0) > 0;
    if (done) cleaned.push(one.digest);
  }
  for (let at = 0; at < cleaned.length; at += rows)
    await desk.write({}, { cleaned: cleaned.slice(at, at + rows) });
  return change;
}

interface Known extends ListedManifest {
  readonly children: readonly Digest[];
  readonly subject: Digest | undefined;
}

/** Every manifest of the repository with what it refers to; undefined unless all could be listed and read. */
async function readWhole(site: Site): Promise<ReadonlyMap<Digest, Known> | undefined> {
  const { ports, registry, repository } = site;
  const listed: ListedManifest[] = [];
  for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
    const page = await ports.cache.manifests(registry, repository, after);
    if (!page) return undefined;
    listed.push(...page.manifests);
    if (listed.length > mostManifests) return undefined;
    after = page.next;
  }
  const counts = await ports.cache.counts(registry, repository);
  if (counts?.manifests !== listed.length) return undefined;
  const { granted } = await ports.throttle.take(registry, 1, { reads: listed.length, deletes: 0 });
  if (granted === 0) return undefined;
  const whole = new Map<Digest, Known>();
  for (const one of listed) {
    const got = await ports.pulls.get(registry, repository, one.digest);
    if (got.kind !== "answered" || got.fromUpstream || !got.content) return undefined;
    const children = got.content.children.map(({ digest }) => digest);
    whole.set(one.digest, { ...one, children, subject: got.content.subject });
  }
  return whole;
}

/** Of each superseded manifest that may go, the platforms that may go with it. */
function chooseDoomed(
  over: readonly Superseded[],
  kept: ReadonlySet<Digest>,
  whole: ReadonlyMap<Digest, Known>,
): ReadonlyMap<Digest, readonly Digest[]> {
  const candidates = new Set(over.map(({ digest }) => digest));
  const parents = (digest: Digest) =>
    [...whole.values()].filter(
      (one) => !candidates.has(one.digest) && one.children.includes(digest),
    );
  const subjects = new Set([...whole.values()].flatMap(({ subject }) => subject ?? []));
  const free = (digest: Digest) => {
    const one = whole.get(digest);
    return (
      one !== undefined &&
      one.tags.length === 0 &&
      !one.locked &&
      !kept.has(digest) &&
      !subjects.has(digest) &&
      parents(digest).length === 0
    );
  };
  // A candidate that stays keeps its platforms.
  for (const digest of candidates) if (!free(digest)) candidates.delete(digest);
  return new Map(
    [...candidates].map((digest) => [digest, (whole.get(digest)?.children ?? []).filter(free)]),
  );
}

/** The index first, so that no index is ever left without its platforms. Whether all is gone. */
async function removeAll(site: Site, digests: readonly Digest[]): Promise<boolean> {
  const { ports, registry, repository } = site;
  const { granted } = await ports.throttle.take(registry, 1, {
    reads: digests.length,
    deletes: digests.length,
  });
  if (granted === 0) return false;
  for (const digest of digests) {
    if (!site.desk.mayAct()) return false;
    // Somebody may have tagged it since: a removal by digest would take the tag along.
    const now = await orProblem(ports.cache.manifest(registry, repository, digest));
    if (now instanceof LarderError) return false;
    if (now && (now.tags.length > 0 || now.locked)) return false;
    if (!now) continue;
    const gone = await orProblem(ports.cache.removeManifest(registry, repository, digest));
    if (gone instanceof LarderError || gone === "locked") return false;
  }
  return true;
}

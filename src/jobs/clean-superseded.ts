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
/** Manifests read side by side. */
const atOnce = 100;
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
  const kept = await neededDigests(site);
  for (const { digest, since } of superseded) if (since > oldest) kept.add(digest);
  const indexes = freeIndexes(over, kept, whole);
  const gone = new Set(await removeAll(site, indexes));
  // Every index goes before any platform, so that no index is ever left without one of its own.
  await removeAll(site, orphans(gone, kept, whole));
  const cleaned = over
    .map(({ digest }) => digest)
    .filter((digest) => gone.has(digest) || !whole.has(digest) || isTagged(whole, digest));
  for (let at = 0; at < cleaned.length; at += rows)
    await desk.write({}, { cleaned: cleaned.slice(at, at + rows) });
  return change;
}

/** What tags on the ladder were, are to be, and can be pulled as meanwhile. */
async function neededDigests({ ports, registry, repository }: Site): Promise<Set<Digest>> {
  const records = await ports.tags.range(registry, repository, undefined, undefined);
  const unsettled = records.filter(({ step, status }) => step !== undefined || status !== "fresh");
  return new Set(
    unsettled.flatMap(({ step, lastGood }) => [
      ...(step ? [step.from ?? step.to, step.to] : []),
      ...(lastGood ? [lastGood.digest] : []),
    ]),
  );
}

const isTagged = (whole: ReadonlyMap<Digest, Known>, digest: Digest) =>
  (whole.get(digest)?.tags.length ?? 0) > 0;

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
  for (let at = 0; at < listed.length; at += atOnce) {
    const part = await Promise.all(listed.slice(at, at + atOnce).map((one) => read(site, one)));
    for (const one of part) {
      if (!one) return undefined;
      whole.set(one.digest, one);
    }
    // Renews the lease.
    await site.desk.write({});
  }
  return whole;
}

async function read(
  { ports, registry, repository }: Site,
  one: ListedManifest,
): Promise<Known | undefined> {
  const got = await ports.pulls.get(registry, repository, one.digest);
  if (got.kind !== "answered" || got.fromUpstream || !got.content) return undefined;
  const { children, subject } = got.content;
  return { ...one, children: children.map(({ digest }) => digest), subject };
}

/** Superseded manifests that nothing needs any more. */
function freeIndexes(
  over: readonly Superseded[],
  kept: ReadonlySet<Digest>,
  whole: ReadonlyMap<Digest, Known>,
): readonly Digest[] {
  const candidates = new Set(over.map(({ digest }) => digest));
  return [...candidates].filter(
    (digest) => isFree(digest, kept, whole) && parentsOf(digest, whole).length === 0,
  );
}

/** Platforms of the manifests that are gone which no index that is left refers to. */
function orphans(
  gone: ReadonlySet<Digest>,
  kept: ReadonlySet<Digest>,
  whole: ReadonlyMap<Digest, Known>,
): readonly Digest[] {
  const children = new Set([...gone].flatMap((digest) => whole.get(digest)?.children ?? []));
  return [...children].filter(
    (digest) =>
      isFree(digest, kept, whole) &&
      parentsOf(digest, whole).every((parent) => gone.has(parent.digest)),
  );
}

function isFree(
  digest: Digest,
  kept: ReadonlySet<Digest>,
  whole: ReadonlyMap<Digest, Known>,
): boolean {
  const one = whole.get(digest);
  const needed = one === undefined || one.tags.length > 0 || one.locked || kept.has(digest);
  return !needed && ![...whole.values()].some(({ subject }) => subject === digest);
}

function parentsOf(digest: Digest, whole: ReadonlyMap<Digest, Known>): readonly Known[] {
  return [...whole.values()].filter(({ children }) => children.includes(digest));
}

/** Removes what is still as it was read; answers what is gone. */
async function removeAll(site: Site, digests: readonly Digest[]): Promise<readonly Digest[]> {
  const { ports, registry, repository } = site;
  const cost = { reads: 1, deletes: 1 };
  const { granted } = await ports.throttle.take(registry, digests.length, cost);
  const gone: Digest[] = [];
  for (const digest of digests.slice(0, granted)) {
    if (!site.desk.mayAct()) return gone;
    // Somebody may have tagged it since: a removal by digest would take the tag along.
    const now = await orProblem(ports.cache.manifest(registry, repository, digest));
    if (now instanceof LarderError || (now && (now.tags.length > 0 || now.locked))) continue;
    if (now) {
      const removed = await orProblem(ports.cache.removeManifest(registry, repository, digest));
      if (removed instanceof LarderError || removed === "locked") continue;
    }
    gone.push(digest);
  }
  return gone;
}

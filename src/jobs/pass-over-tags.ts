import { LarderError } from "../domain/errors.ts";
import type { ListedTag } from "../domain/refresh-ports.ts";
import type { Pass } from "../domain/tag.ts";
import type { Timestamp } from "../domain/time.ts";
import type { Trouble } from "./ask-heads.ts";
import { orProblem } from "./or-problem.ts";
import type { ChunkMode, ChunkTag } from "./refresh-chunk.ts";
import type { Site } from "./refresh-site.ts";
import { registryTrouble } from "./registry-trouble.ts";
import { workChunk } from "./work-chunk.ts";

/** How a pass, or a part of one, came to stand: `pass` undefined when it is over. */
export interface Standing {
  readonly pass: Pass | undefined;
  readonly trouble?: Trouble | undefined;
}

export const newPass = (startedAt: Timestamp): Pass => ({
  startedAt,
  listed: 0,
  ordered: true,
  listedAll: false,
});

/** Where a pass keeps its place between messages. */
export interface PassMode extends ChunkMode {
  /** Whether a pass goes on past what upstream could not be asked for; else it waits there. */
  readonly insist: boolean;
  readonly keep: (pass: Pass) => Promise<void>;
}

/** Goes over the registry's tags page by page, and then over those that are new upstream, until `deadline`. */
export async function passOverTags(
  site: Site,
  begun: Pass,
  mode: PassMode,
  deadline: Timestamp,
): Promise<Standing> {
  let pass = begun;
  for (;;) {
    const { next, trouble } = pass.listedAll
      ? await newTags(site, pass, mode)
      : await page(site, pass, mode);
    // Without a step forward there is nothing to insist on: the registry itself asked to wait.
    if (trouble && (!mode.insist || next === pass)) return { pass, trouble };
    if (!next) return { pass: undefined };
    pass = next;
    await mode.keep(pass);
    if (site.ports.ambient.now() >= deadline) return { pass };
  }
}

interface Turn {
  readonly next: Pass | undefined;
  readonly trouble?: Trouble | undefined;
}

/** One page of the registry's list. */
async function page(site: Site, pass: Pass, mode: PassMode): Promise<Turn> {
  const { ports, registry, repository, policy } = site;
  const { granted, until } = await ports.throttle.take(registry, 1, { reads: 1, deletes: 0 });
  if (granted === 0 && until !== undefined) {
    const message = `The registry's request limit leaves no room before ${until}.`;
    return { next: pass, trouble: { message, until } };
  }
  const found = await orProblem(ports.cache.tags(registry, repository, pass.after));
  if (found instanceof LarderError) {
    if (found.reason !== "unavailable") throw found;
    return { next: pass, trouble: await registryTrouble(site, found) };
  }
  const tags = found?.tags ?? [];
  const last = found?.next;
  const listed = pass.listed + tags.length;
  const ordered = pass.ordered && ascending(pass.after, tags);
  if (last === undefined) site.listed = listed;
  const all = await withRecords(site, pass.after, ordered, tags, last);
  // A refresh on demand minds what it was asked for, and leaves all other records alone.
  const chunk = mode.refresh === undefined ? all : all.filter(({ tag }) => policy.matches(tag));
  const { trouble } = await workChunk(site, chunk, mode);
  if (last !== undefined) return { next: { ...pass, after: last, listed, ordered }, trouble };
  const rest = { ...pass, after: undefined, listed, ordered, listedAll: true };
  return { next: policy.followNew ? rest : undefined, trouble };
}

/** The tags of a page that the policy matches, and records that the page should have shown and did not. */
async function withRecords(
  { ports, registry, repository, policy }: Site,
  after: string | undefined,
  ordered: boolean,
  tags: readonly ListedTag[],
  last: string | undefined,
): Promise<readonly ChunkTag[]> {
  const names = tags.map(({ tag }) => tag).sort();
  // Out of order, the names between two pages say nothing.
  const from = ordered ? after : justBefore(names[0]);
  const through = ordered ? last : names.at(-1);
  const recorded =
    ordered || names.length > 0 ? await ports.tags.range(registry, repository, from, through) : [];
  const records = new Map(recorded.map((record) => [record.tag, record]));
  const shown = new Map(tags.map((tag) => [tag.tag, tag]));
  const matching = tags
    .filter(({ tag }) => policy.matches(tag) || records.has(tag))
    .map(({ tag, digest, locked }) => ({
      tag,
      listed: { digest, locked },
      record: records.get(tag),
    }));
  // A list that ended early shows less than there is (Azure/acr#875): what it lacks is asked for.
  const missing = await Promise.all(
    recorded
      .filter(({ tag }) => ordered && !shown.has(tag))
      .map(async (record): Promise<ChunkTag> => {
        const listed = await ports.cache.tag(registry, repository, record.tag);
        return { tag: record.tag, listed, record };
      }),
  );
  return [...matching, ...missing];
}

/** A bound below a name, for a range that is to include it. */
function justBefore(name: string | undefined): string | undefined {
  return name === undefined || name.length < 2 ? undefined : name.slice(0, -1);
}

function ascending(after: string | undefined, tags: readonly ListedTag[]): boolean {
  let before = after ?? "";
  for (const { tag } of tags) {
    if (tag <= before) return false;
    before = tag;
  }
  return true;
}

/** One page of upstream's list: what matches and has no record is new. */
async function newTags(site: Site, pass: Pass, mode: PassMode): Promise<Turn> {
  const { ports, registry, repository, host, path, policy } = site;
  const login = site.withLogin ? await site.login() : undefined;
  const answer = await ports.upstreams.tags(
    host,
    path,
    pass.after,
    typeof login === "string" ? undefined : login,
  );
  // New tags can wait for the next pass; what upstream did not list is not taken for absent.
  if (answer.kind !== "listed") return { next: undefined };
  const names = answer.tags.filter((tag) => policy.matches(tag)).sort();
  const known = await recordedAmong(site, names);
  const fresh = names.filter((tag) => !known.has(tag));
  let trouble: Trouble | undefined;
  for (let at = 0; at < fresh.length && !trouble; at += 100) {
    const chunk = await Promise.all(
      fresh.slice(at, at + 100).map(async (tag): Promise<ChunkTag> => {
        const listed = await ports.cache.tag(registry, repository, tag);
        return { tag, listed, record: undefined };
      }),
    );
    ({ trouble } = await workChunk(site, chunk, mode));
  }
  return { next: answer.next === undefined ? undefined : { ...pass, after: answer.next }, trouble };
}

async function recordedAmong(
  { ports, registry, repository }: Site,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const records = await ports.tags.range(registry, repository, justBefore(names[0]), names.at(-1));
  return new Set(records.map(({ tag }) => tag));
}

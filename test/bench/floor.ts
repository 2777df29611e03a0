import { type ClientReport, deliver, inPhase, report } from "./client-protocol.ts";
import { childrenOf, digestOf, floorClient, isHeld } from "./floor-client.ts";
import type { FloorTask } from "./floor-task.ts";
import { inFlight } from "./pool.ts";
import { platforms } from "./workload.ts";

/*
 * The floor: a bare pool of 64 requests that sends what has to be sent and keeps nothing, forked with
 * a FloorTask. It knows beforehand what Larder must find out: where tokens are, and that nothing fails.
 */

interface Tag {
  readonly repository: string;
  readonly tag: string;
  readonly cached: string;
  upstream: string;
  children: readonly string[];
}

const task = JSON.parse(process.argv[2] ?? "{}") as FloorTask;
const client = floorClient(task.places);
const each = <T>(items: readonly T[], work: (item: T) => Promise<void>) =>
  inFlight(64, items, work);

function must(condition: boolean, { repository, tag }: Tag): void {
  if (!condition) throw new Error(`${repository}:${tag} is not proved`);
}

async function find(): Promise<Tag[]> {
  const tags: Tag[] = [];
  const refresh = await client.signIn();
  await each(task.repositories, async (repository) => {
    await client.getTokens(repository, refresh);
    await client.list(repository, (tag, cached) => {
      tags.push({ repository, tag, cached, upstream: "", children: [] });
    });
  });
  await each(tags, async (one) => {
    one.upstream = digestOf(await client.head(one.repository, one.tag));
  });
  return tags.filter(({ cached, upstream }) => cached !== upstream);
}

/** Index and platforms by digest, until the registry has them. */
const prepare = (stale: readonly Tag[]) =>
  each(stale, async (one) => {
    const { repository, upstream } = one;
    one.children = childrenOf(await client.pull("GET", repository, upstream));
    for (const child of one.children) await client.pull("GET", repository, child);
    for (const digest of [upstream, ...one.children]) await client.manifest(repository, digest);
  });

const purge = (stale: readonly Tag[]) =>
  each(stale, async ({ repository, tag }) => void (await client.untag(repository, tag)));

const rewarm = (stale: readonly Tag[]) =>
  each(stale, async (one) => {
    const index = await client.pull("GET", one.repository, one.tag);
    if (task.order === "safe") return;
    one.children = childrenOf(index);
    for (const child of one.children) await client.pull("GET", one.repository, child);
  });

/** The registry itself answers tag, index and platforms, and lists the tag so. */
async function verify(stale: readonly Tag[]): Promise<void> {
  await each(stale, async (one) => {
    const { repository, tag, upstream, children } = one;
    must(children.length === platforms.length, one);
    if (task.order === "safe") must(isHeld(await client.pull("HEAD", repository, tag)), one);
    const index = await client.pull("GET", repository, tag);
    must(isHeld(index) && digestOf(index) === upstream, one);
    if (task.order === "fewest")
      for (const child of children) must(isHeld(await client.pull("HEAD", repository, child)), one);
    else {
      const listed = JSON.parse((await client.tag(repository, tag)).body) as {
        tag: { digest: string };
      };
      must(listed.tag.digest === upstream, one);
    }
  });
}

async function run(): Promise<ClientReport> {
  const stale = await inPhase("find", find);
  if (task.order === "safe") await inPhase("prepare", () => prepare(stale));
  await inPhase("purge", () => purge(stale));
  await inPhase("re-warm", () => rewarm(stale));
  await inPhase("verify", () => verify(stale));
  return report();
}

void deliver(run());

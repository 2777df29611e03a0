import { LarderError } from "../domain/errors.ts";
import type { Digest } from "../domain/tag.ts";
import { type Climb, defer, planned, stay } from "./climb.ts";
import { orProblem } from "./or-problem.ts";
import type { Purse } from "./pull-purse.ts";
import { emptyPurse, noContent, pull, pullPlatforms, wantedPlatforms } from "./pull-tags.ts";
import type { Site } from "./refresh-site.ts";

/** Milliseconds between the looks of one message. */
const pauses = [400, 2000];

/**
 * Pulls what each tag is to point to by digest, platforms included, and answers those for which the
 * registry now holds all of it. So a tag is given up only when its replacement lies ready, and
 * the way from upstream through ACR was just seen to work.
 */
export async function prepareTags(
  site: Site,
  climbs: readonly Climb[],
  purse: Purse,
): Promise<readonly Climb[]> {
  const asked = await Promise.all(
    climbs.map(async (climb) => ({ climb, digests: await askFor(site, climb, purse) })),
  );
  let open = asked.flatMap(({ climb, digests }) => (digests ? { climb, digests } : []));
  const ready: Climb[] = [];
  for (const pause of [0, ...pauses]) {
    if (open.length === 0) break;
    if (pause > 0) await site.ports.ambient.pause(pause);
    const looked = await Promise.all(
      open.map(async (one) => ({ one, here: await allHeld(site, one.digests) })),
    );
    ready.push(...looked.flatMap(({ one, here }) => (here ? one.climb : [])));
    open = looked.flatMap(({ one, here }) => (here ? [] : one));
  }
  return ready;
}

/** Pulls by digest. Answers what must be held; undefined when it could not be pulled now. */
async function askFor(
  site: Site,
  climb: Climb,
  purse: Purse,
): Promise<readonly Digest[] | undefined> {
  const plan = planned(climb, "purge");
  if (!plan) return undefined;
  const wanted = await wantedPlatforms(site, plan.from, purse);
  const got = await pull(site, plan.to, purse);
  if (!got) {
    defer(climb, `${plan.reason} ${emptyPurse}`, purse.until);
    return undefined;
  }
  const wait = `${plan.reason} The registry is bringing it in by digest, before the tag is given up.`;
  stay(site, climb, "preparing", plan.to, wait);
  if (got.kind !== "answered") {
    stay(site, climb, "preparing", plan.to, `${wait} It could not yet: ${got.message}`);
    return undefined;
  }
  const { digests, problem } = await pullPlatforms(site, got.content ?? noContent, wanted, purse);
  if (problem === undefined) return [plan.to, ...digests];
  if (problem === emptyPurse) defer(climb, `${plan.reason} ${emptyPurse}`, purse.until);
  else stay(site, climb, "preparing", plan.to, `${wait} It could not yet: ${problem}`);
  return undefined;
}

/** Whether the registry itself holds all of the digests. */
async function allHeld(site: Site, digests: readonly Digest[]): Promise<boolean> {
  const { ports, registry, repository, held } = site;
  const unknown = digests.filter((digest) => !held.has(digest));
  const found = await Promise.all(
    unknown.map(async (digest) => {
      const manifest = await orProblem(ports.cache.manifest(registry, repository, digest));
      const here = manifest !== undefined && !(manifest instanceof LarderError);
      if (here) held.add(digest);
      return here;
    }),
  );
  return found.every(Boolean);
}

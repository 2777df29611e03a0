import { choosePlatforms } from "../domain/choose-platforms.ts";
import type { WantedPlatforms } from "../domain/refresh-policy.ts";
import type { ManifestContent, Pulled } from "../domain/refresh-ports.ts";
import type { Digest } from "../domain/tag.ts";
import { plusSeconds } from "../domain/time.ts";
import { type Climb, defer, planned, stay, tellAway } from "./climb.ts";
import { orProblem } from "./or-problem.ts";
import type { Purse } from "./pull-purse.ts";
import type { Site } from "./refresh-site.ts";
import { longestWait } from "./registry-trouble.ts";

/** What is brought along where "cached" is wanted and nothing was cached before. */
const firstPlatforms: readonly string[] = ["linux/amd64"];

/** A pull that may cost the account one; undefined when the purse is empty. */
export async function pull(
  { ports, registry, repository, held }: Site,
  reference: string,
  purse: Purse,
): Promise<Pulled | undefined> {
  if (!purse.take(1)) return undefined;
  const got = await ports.pulls.get(registry, repository, reference);
  if (got.kind === "answered" && !got.fromUpstream) {
    purse.giveBack(1);
    held.add(got.digest);
  }
  // With a time to wait it is the registry's own limit; without one, upstream's (facts/acr.md sections 2 and 3).
  if (got.kind === "couldNotAsk" && got.retryAfterSeconds !== undefined) {
    const wait = Math.min(got.retryAfterSeconds, longestWait);
    const until = plusSeconds(ports.ambient.now(), wait);
    await orProblem(ports.throttle.stop(registry, until));
  }
  return got;
}

/** The platforms a tag is to have: those of the policy, or those the registry holds of what it had. */
export async function wantedPlatforms(
  site: Site,
  old: Digest | undefined,
  purse: Purse,
): Promise<Exclude<WantedPlatforms, "cached">> {
  const { platforms } = site.policy;
  if (platforms !== "cached") return platforms;
  if (old === undefined) return firstPlatforms;
  const known = site.platformsOf.get(old) ?? heldPlatforms(site, old, purse);
  site.platformsOf.set(old, known);
  return known;
}

async function heldPlatforms(
  { ports, registry, repository }: Site,
  old: Digest,
  purse: Purse,
): Promise<readonly string[] | "all"> {
  // The registry lists it, so this costs nothing, unless somebody removed it just now.
  const got = await ports.pulls.get(registry, repository, old);
  if (got.kind === "answered" && got.fromUpstream) purse.take(1);
  // What cannot be told is not left out.
  if (got.kind !== "answered" || !got.content) return "all";
  const held = await Promise.all(
    got.content.children.map(async ({ digest, platform }) => {
      const manifest = await orProblem(ports.cache.manifest(registry, repository, digest));
      return manifest ? [platform] : [];
    }),
  );
  // An image without an index, or an index whose platforms somebody removed: then as for a new tag.
  const platforms = held.flat();
  return platforms.length > 0 ? platforms : firstPlatforms;
}

/**
 * Pulls the wanted platforms of an index, so that the registry brings them in (it stores only what is
 * pulled, facts/acr.md section 3). Answers their digests; undefined, when one could not be pulled, is why.
 */
export async function pullPlatforms(
  site: Site,
  content: ManifestContent,
  wanted: Exclude<WantedPlatforms, "cached">,
  purse: Purse,
): Promise<{ readonly digests: readonly Digest[]; readonly problem?: string | undefined }> {
  const { digests } = choosePlatforms(content, wanted);
  const missing = digests.filter((digest) => !site.held.has(digest));
  const answers = await Promise.all(missing.map((digest) => pull(site, digest, purse)));
  if (answers.includes(undefined)) return { digests, problem: emptyPurse };
  const [problem] = answers.flatMap((got) => (got && got.kind !== "answered" ? got.message : []));
  return { digests, problem };
}

export const emptyPurse = "The account's pull limit leaves nothing over its reserve.";

/** Touch: pulls the tag through the registry, and what is wanted with it. */
export async function touchTag(site: Site, climb: Climb, purse: Purse): Promise<void> {
  const plan = planned(climb, "touch");
  if (!plan) return;
  const old = climb.facts.listed?.digest;
  const wanted = await wantedPlatforms(site, old, purse);
  const got = await pull(site, climb.tag, purse);
  if (!got) return defer(climb, emptyPurse, purse.until);
  if (got.kind !== "answered") return notPulled(site, climb, plan, got.message);
  if (got.digest === old) return stillOld(site, climb, plan, old);
  await pullPlatforms(site, got.content ?? noContent, wanted, purse);
  const reason = got.fromUpstream
    ? "Pulled; the registry serves it from upstream while it brings it in."
    : "Pulled; the registry serves it.";
  stay(site, climb, "touching", got.digest, reason);
  climb.to = got.digest;
}

export const noContent: ManifestContent = { children: [] };

/**
 * The tag could not be pulled. When that lasts, though upstream answers, there is nothing left to lose
 * with it: the purge that follows first sees whether the registry can pull the new digest.
 */
function notPulled(
  site: Site,
  climb: Climb,
  { to, last, reason }: { to: Digest; last: boolean; reason: string },
  message: string,
): void {
  const from = climb.facts.listed?.digest;
  const why = `${reason} The registry could not pull it: ${message}`;
  if (last && from !== undefined && site.ports.refreshSettings.purge)
    climb.plan = { note: climb.plan.note, step: "purge", from, to, reason: why };
  else stay(site, climb, "touching", to, why);
}

/** The registry answers what it had: by itself it may lag; after the lag only a purge helps. */
function stillOld(
  site: Site,
  climb: Climb,
  { to, last, reason }: { to: Digest; last: boolean; reason: string },
  from: Digest,
): void {
  const { lagSeconds, purge } = site.ports.refreshSettings;
  if (!last) {
    const why = `${reason} The registry still answers ${from}; it may lag by ${lagSeconds} s, so it is asked again.`;
    return stay(site, climb, "touching", to, why, lagSeconds);
  }
  const why = `${reason} The registry still answers ${from} after ${lagSeconds} s and another pull.`;
  if (purge) climb.plan = { note: climb.plan.note, step: "purge", from, to, reason: why };
  else stay(site, climb, "touching", to, `${why} Purging is switched off (REFRESH_PURGE).`);
}

/** Looks at a tag that is away after which it is pulled again, where it can be pulled from upstream meanwhile. */
const pullsAt = (looks: number) => looks < 3 || looks % 3 === 0;

/**
 * A tag that Larder untagged: pulls it again, first of all, and beyond the budget where it cannot be
 * pulled otherwise. While the registry passes it on from upstream without storing it, each further
 * pull costs one and changes little, so they become rare.
 */
export async function restoreTag(site: Site, climb: Climb, purse: Purse): Promise<void> {
  const { record } = climb.facts;
  const plan = planned(climb, "restore");
  if (!plan) return;
  const got = await pullBack(site, climb, purse);
  const to = got.kind === "answered" ? got.digest : (plan.to ?? record?.cached ?? "");
  if (got.kind !== "answered") {
    stay(site, climb, "purging", to, notRestored(site, climb, got.message));
    tellAway(climb);
    site.noPurge = `${climb.tag} could not be pulled again after it was untagged.`;
    return;
  }
  if (got.content) {
    const wanted = await wantedPlatforms(site, record?.step?.from, purse);
    await pullPlatforms(site, got.content, wanted, purse);
  }
  stay(site, climb, "purging", to, "Untagged and pulled again; the registry is bringing it in.");
  climb.to = to;
}

async function pullBack(
  { ports, registry, repository }: Site,
  { tag, facts }: Climb,
  purse: Purse,
): Promise<Pulled> {
  const head = await ports.pulls.head(registry, repository, tag);
  const passedOn = head.kind === "answered" && head.fromUpstream;
  const { step, refreshes = [] } = facts.record ?? {};
  const wanted = pullsAt(step?.looks ?? 0) || refreshes.length > 0;
  const mayPull = purse.problem !== undefined || purse.take(1);
  if (passedOn && !(wanted && mayPull)) return head;
  return ports.pulls.get(registry, repository, tag);
}

/** What to tell of a tag that is away, and how it can be pulled meanwhile. */
export function notRestored(site: Site, climb: Climb, message: string): string {
  const { lastGood, step } = climb.facts.record ?? {};
  const digest = climb.facts.listed?.digest ?? step?.from ?? lastGood?.digest;
  const meanwhile = digest ? ` Until then pull ${site.repository}@${digest}.` : "";
  return `Larder untagged it, and the registry could not pull it again yet: ${message}${meanwhile}`;
}

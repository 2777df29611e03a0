import { type ChosenPlatforms, choosePlatforms } from "../domain/choose-platforms.ts";
import { LarderError } from "../domain/errors.ts";
import type { Digest } from "../domain/tag.ts";
import { provedRecord } from "../domain/tag-record.ts";
import { type Climb, stay } from "./climb.ts";
import { orProblem } from "./or-problem.ts";
import type { Purse } from "./pull-purse.ts";
import { noContent, pullPlatforms, wantedPlatforms } from "./pull-tags.ts";
import type { Site } from "./refresh-site.ts";

/** Milliseconds between the looks of one message; what takes longer waits for a later one. */
const pauses = [400, 2000];

/** Looks whether the registry itself serves each tag's `to`; a few times, because it brings things in late. */
export async function proveTags(site: Site, climbs: readonly Climb[], purse: Purse): Promise<void> {
  let open = climbs.filter(({ to }) => to !== undefined);
  for (const pause of [0, ...pauses]) {
    if (open.length === 0) return;
    if (pause > 0) await site.ports.ambient.pause(pause);
    await Promise.all(open.map((climb) => proveTag(site, climb, purse)));
    open = open.filter(({ to }) => to !== undefined);
  }
}

/**
 * Proof: GET by tag answers the digest without coming from upstream, every wanted platform is held
 * by digest, and the registry lists the tag with that digest. HEAD goes first, because a GET that came
 * from upstream after all would cost a pull.
 */
async function proveTag(site: Site, climb: Climb, purse: Purse): Promise<void> {
  const { to } = climb;
  if (to === undefined) return;
  const kind = climb.next?.step?.kind ?? climb.facts.record?.step?.kind ?? "touching";
  const wait = (reason: string) => {
    stay(site, climb, kind, to, reason);
    climb.to = to;
  };
  const served = climb.served?.digest === to ? climb.served : await serve(site, climb, to, purse);
  if (typeof served === "string") return wait(served);
  climb.served = served;
  const old = climb.facts.record?.step?.from ?? climb.facts.listed?.digest;
  const wanted = await wantedPlatforms(site, old, purse);
  const chosen = choosePlatforms(served.content, wanted);
  const missing = await notHeld(site, chosen.digests);
  if (missing.length > 0) {
    const { problem } = await pullPlatforms(site, served.content, wanted, purse);
    const why = problem ? ` ${problem}` : "";
    return wait(`${missing.length} of its platforms are not held by the registry yet.${why}`);
  }
  const { ports, registry, repository } = site;
  const listed = await orProblem(ports.cache.tag(registry, repository, climb.tag));
  if (listed instanceof LarderError) return wait(listed.problem.message);
  if (listed?.digest !== to)
    return wait(`The registry lists ${listed?.digest ?? "no such tag"} and not ${to} yet.`);
  finish(site, climb, to, chosen);
}

function finish(site: Site, climb: Climb, to: Digest, chosen: ChosenPlatforms): void {
  const now = site.ports.ambient.now();
  const with_ = chosen.platforms.length > 0 ? `, with ${chosen.platforms.join(", ")}` : "";
  const lacking =
    chosen.missing.length > 0 ? ` Upstream does not offer ${chosen.missing.join(", ")}.` : "";
  const reason = `The registry serves what upstream has${with_}.${lacking}`;
  climb.next = provedRecord(climb.seen, to, reason, now);
  climb.proof = { digest: to, platforms: chosen.platforms, at: now };
  climb.to = undefined;
}

/** The manifest by tag as the registry serves it itself, or why it does not yet. */
async function serve(
  { ports, registry, repository }: Site,
  { tag }: Climb,
  to: Digest,
  purse: Purse,
) {
  const head = await ports.pulls.head(registry, repository, tag);
  if (head.kind !== "answered") return `The registry does not serve it: ${head.message}`;
  if (head.digest !== to) return `The registry answers ${head.digest} and not ${to} yet.`;
  if (head.fromUpstream) return "The registry still serves it from upstream: it is not stored yet.";
  // The registry holds it, as was just seen: so this costs nothing, and is done with an empty purse, too.
  const got = await ports.pulls.get(registry, repository, tag);
  if (got.kind === "answered" && got.fromUpstream) purse.take(1);
  if (got.kind !== "answered") return `The registry does not serve it: ${got.message}`;
  if (got.digest !== to || got.fromUpstream) return "The registry still serves it from upstream.";
  return { digest: to, content: got.content ?? noContent };
}

/** Those of the digests that the registry does not serve itself. */
async function notHeld(site: Site, digests: readonly Digest[]): Promise<readonly Digest[]> {
  const { ports, registry, repository, held } = site;
  const unknown = digests.filter((digest) => !held.has(digest));
  const heads = await Promise.all(
    unknown.map((digest) => ports.pulls.head(registry, repository, digest)),
  );
  return unknown.filter((digest, index) => {
    const head = heads[index];
    const here = head?.kind === "answered" && !head.fromUpstream;
    if (here) held.add(digest);
    return !here;
  });
}

import { LarderError } from "../domain/errors.ts";
import type { Digest } from "../domain/tag.ts";
import { type Climb, planned, stay, tellAway } from "./climb.ts";
import { orProblem } from "./or-problem.ts";
import type { Purse } from "./pull-purse.ts";
import { notRestored } from "./pull-tags.ts";
import { stopPurges } from "./purge-permit.ts";
import type { Site } from "./refresh-site.ts";

/** Milliseconds before the pull after an untag is tried again at once. */
const pauses = [200, 800];

/** Untags and pulls again at once; "away": it cannot be pulled now. */
export async function replaceTag(
  site: Site,
  climb: Climb,
  purse: Purse,
): Promise<"good" | "left alone" | "away"> {
  const { ports, registry, repository } = site;
  const plan = planned(climb, "purge");
  if (!plan || !climb.next) return "left alone";
  if (!site.desk.mayAct()) {
    stay(site, climb, "preparing", plan.to, "There was no time left to purge it.", 0);
    return "left alone";
  }
  if (await movedMeanwhile(site, climb, plan)) return "left alone";
  const untaggedAt = ports.ambient.now();
  // Without an answer it may be untagged or not; the pull that follows is right for both.
  const outcome = await orProblem(ports.cache.untag(registry, repository, climb.tag));
  if (outcome === "locked") {
    stay(site, climb, "preparing", plan.to, "It was locked when it was to be untagged.");
    return "left alone";
  }
  const problem = await rewarm(site, climb, plan, purse);
  const reason = problem ? notRestored(site, climb, problem) : "Untagged and pulled again.";
  stay(site, climb, "purging", plan.to, reason);
  climb.next = { ...climb.next, untaggedAt };
  if (problem === undefined) {
    climb.to = plan.to;
    return "good";
  }
  tellAway(climb);
  site.noPurge = `${climb.tag} could not be pulled again after it was untagged.`;
  await orProblem(stopPurges(site, climb.tag, problem));
  return "away";
}

/** Whether the tag is no longer what was to be given up: ACR followed by itself, or somebody locked it. */
async function movedMeanwhile(
  site: Site,
  climb: Climb,
  { from, to }: { readonly from: Digest; readonly to: Digest },
): Promise<boolean> {
  const { ports, registry, repository } = site;
  const listed = await orProblem(ports.cache.tag(registry, repository, climb.tag));
  if (!(listed instanceof LarderError) && listed?.digest === from && !listed.locked) return false;
  // Nothing was done to it yet: what it is now is planned at once.
  stay(site, climb, "preparing", to, "It is not what it was any more, so it was not untagged.", 0);
  if (!(listed instanceof LarderError) && listed?.digest === to) climb.to = to;
  return true;
}

/** Pulls the tag until it answers, a few times; undefined when it did. */
async function rewarm(
  { ports, registry, repository }: Site,
  climb: Climb,
  { from, to }: { readonly from: Digest; readonly to: Digest },
  purse: Purse,
): Promise<string | undefined> {
  let problem = "";
  for (const pause of [0, ...pauses]) {
    if (pause > 0) await ports.ambient.pause(pause);
    const got = await ports.pulls.get(registry, repository, climb.tag);
    if (got.kind !== "answered") {
      problem = got.message;
      continue;
    }
    if (got.digest === from) {
      problem = `it still answers ${from}, so it was not untagged.`;
      continue;
    }
    purse.giveBack(got.fromUpstream ? 1 : 2);
    // Another digest yet: upstream moved once more. It can be pulled, which is what counts here.
    if (got.digest === to && !got.fromUpstream && got.content)
      climb.served = { digest: to, content: got.content };
    return undefined;
  }
  return problem;
}

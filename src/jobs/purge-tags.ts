import { isBusy, sameMapping } from "../domain/cache-rule.ts";
import { LarderError } from "../domain/errors.ts";
import { windowOpensAt } from "../domain/refresh-window.ts";
import { plusSeconds } from "../domain/time.ts";
import { type Climb, defer, noRoom, planned, putOff, stay } from "./climb.ts";
import { orProblem } from "./or-problem.ts";
import { prepareTags } from "./prepare-tags.ts";
import type { Purse } from "./pull-purse.ts";
import { emptyPurse } from "./pull-tags.ts";
import { allowPurges, takePermit } from "./purge-permit.ts";
import { readListing, unread } from "./read-listing.ts";
import type { Site } from "./refresh-site.ts";
import { replaceTag } from "./replace-tag.ts";
import { leaseSeconds } from "./repository-desk.ts";
import { writeRecords } from "./write-records.ts";

const unknownBudget =
  "what the account may still pull cannot be told, and the pull after an untag must not be refused.";

/** Seconds after which a purge that was held back is thought about again. */
const again = 900;
/** The same where everything lies ready. */
const soon = 30;

/**
 * Purge and re-warm: gives up a tag only when every guard of DESIGN section 6.5 holds and the
 * registry already holds what it is to point to. The first goes alone; the others only when it could
 * be pulled again.
 */
export async function purgeTags(site: Site, climbs: readonly Climb[], purse: Purse): Promise<void> {
  const wanted = climbs.filter((climb) => planned(climb, "purge"));
  if (wanted.length === 0) return;
  const guard = site.noPurge ?? (purse.known ? await whyNot(site) : unknownBudget);
  if (guard !== undefined) {
    const dueAt = plusSeconds(site.ports.ambient.now(), again);
    // The list of tags is on its way: right after its end they are looked at again.
    for (const climb of wanted)
      if (guard === unread) wait(site, climb, guard, 0);
      else defer(climb, `${climb.plan.reason} It is not purged: ${guard}`, dueAt);
    return;
  }
  const ready = await prepareTags(site, wanted, purse);
  const affordable = await room(site, inTime(site, ready), purse);
  if (affordable.length === 0) return;
  const refused = await takePermit(site);
  if (refused !== undefined) {
    purse.giveBack(2 * affordable.length);
    for (const climb of affordable) wait(site, climb, refused);
    return;
  }
  await recordIntent(site, affordable);
  await watchOver(site);
  await replaceAll(site, affordable, purse);
}

/** The first goes alone; the others only after one that went well. */
async function replaceAll(site: Site, climbs: readonly Climb[], purse: Purse): Promise<void> {
  for (const [index, climb] of climbs.entries()) {
    const outcome = await replaceTag(site, climb, purse);
    if (outcome === "left alone") continue;
    const rest = climbs.slice(index + 1);
    if (outcome === "away") {
      const why = `${climb.tag} went first, and could not be pulled again yet.`;
      for (const other of rest) wait(site, other, why);
      return;
    }
    await orProblem(allowPurges(site));
    // Renews the lease, and is refused when somebody pinned a tag meanwhile: what is left is then planned anew.
    await site.desk.write({});
    await Promise.all(rest.map((other) => replaceTag(site, other, purse)));
    return;
  }
}

/** What speaks against giving up any tag of this repository now. */
async function whyNot(site: Site): Promise<string | undefined> {
  const { ports, registry, rule } = site;
  const listing = await orProblem(readListing(site));
  if (listing instanceof LarderError) return `the list could not be counted: ${listing.message}`;
  if (!listing?.complete) return listing?.message ?? unread;
  const live = await orProblem(ports.cacheRules.get(registry, rule.name));
  if (live instanceof LarderError) return `ARM could not be asked for its rule: ${live.message}`;
  if (!live || isBusy(live) || !sameMapping(live, rule))
    return `ARM does not have rule "${rule.name}" as it is recorded, so a pull might not come through it.`;
  const set = await orProblem(site.set());
  const healthy = !(set instanceof LarderError) && set?.health.status === "Healthy";
  if (rule.credentialSet !== undefined && !healthy)
    return `credential set "${rule.credentialSet}" is not reported healthy.`;
  return undefined;
}

/** Those that may still be purged now: bringing in what they are to be may outlast the rule's window. */
function inTime(site: Site, ready: readonly Climb[]): readonly Climb[] {
  const { ports, policy } = site;
  const opensAt = windowOpensAt(policy.window, ports.ambient.now());
  if (opensAt === undefined) return ready;
  const askedFor = ready.filter(({ seen }) => seen.refreshes.length > 0);
  for (const climb of ready)
    if (!askedFor.includes(climb)) wait(site, climb, `the rule's window opens at ${opensAt}.`);
  return askedFor;
}

/** Those for which registry and account have room: an untag, the pull after it, and one more to be safe. */
async function room(site: Site, ready: readonly Climb[], purse: Purse): Promise<readonly Climb[]> {
  const { ports, registry } = site;
  if (ready.length === 0) return [];
  const paid = ready.filter((climb) => {
    if (purse.take(2)) return true;
    const dueAt = purse.until ?? plusSeconds(ports.ambient.now(), again);
    defer(climb, `${climb.plan.reason} ${emptyPurse}`, dueAt);
    return false;
  });
  const { granted, until } = await ports.throttle.take(registry, paid.length, {
    reads: 4,
    deletes: 1,
  });
  for (const climb of paid.slice(granted)) {
    purse.giveBack(2);
    const at = until ?? plusSeconds(ports.ambient.now(), 60);
    putOff(climb, noRoom(at), at);
  }
  return paid.slice(0, granted);
}

/** Recorded before the act: whoever finds the tag gone then knows that it was Larder, and what it is to be. */
async function recordIntent(site: Site, climbs: readonly Climb[]): Promise<void> {
  for (const climb of climbs) {
    const { plan } = climb;
    if (plan.step !== "purge") continue;
    stay(site, climb, "purging", plan.to, `${plan.reason} It is being untagged and pulled again.`);
  }
  await writeRecords(site, climbs);
}

/** Should this worker be killed, the next one comes as soon as the repository is free again. */
async function watchOver({ ports, registry, repository }: Site): Promise<void> {
  const delay = leaseSeconds(ports.refreshSettings) + 1;
  await ports.refreshOutbox.send({ kind: "refresh-repository", registry, repository }, delay);
}

/** All lies ready, but for what `why` says. */
function wait(site: Site, climb: Climb, why: string, delay = soon): void {
  const plan = planned(climb, "purge");
  if (!plan) return;
  const reason = `${plan.reason} It is not purged yet: ${why}`;
  stay(site, climb, "preparing", plan.to, reason, delay);
}

import { openUntil, trip } from "../domain/breaker.ts";
import type { Breaker } from "../domain/budget.ts";
import { purgeKey } from "../domain/budget-keys.ts";
import type { Ports } from "../domain/ports.ts";
import { plusSeconds } from "../domain/time.ts";
import { asBreaker } from "./ask-heads.ts";
import type { Site } from "./refresh-site.ts";
import { leaseSeconds } from "./repository-desk.ts";
import { isAway } from "./waiting-records.ts";

/** Seconds that a purge which went well speaks for the next ones. */
const provenFor = 3600;
/** Milliseconds to wait for somebody else's purge. */
const pauses = [300, 600, 1200];

/**
 * Whether a purge may be tried in this registry; if not, why. Where none was seen to go well lately,
 * one at a time is let through, of all workers; and none while a tag that was untagged is still away:
 * some registries do not pull again what was deleted (Azure/acr#765), and that must cost one tag only.
 */
export async function takePermit(site: Site): Promise<string | undefined> {
  const { ports } = site;
  const key = purgeKey(site.registry);
  const away = await tagStillAway(ports, site.registry, asBreaker(await ports.budgets.get(key)));
  if (away) return `${away.repository}:${away.tag} was untagged and could not be pulled again yet.`;
  for (const pause of [0, ...pauses]) {
    if (pause > 0) await ports.ambient.pause(pause);
    const now = ports.ambient.now();
    const until = plusSeconds(now, leaseSeconds(ports.refreshSettings));
    const why = await ports.budgets.update(key, (row) => {
      const held = asBreaker(row) ?? { kind: "breaker" as const, failures: 0 };
      if (openUntil(held, now))
        return { answer: `the last purge here went wrong (${held.message})` };
      if (held.provenAt && plusSeconds(held.provenAt, provenFor) > now)
        return { answer: undefined };
      if (held.claimedUntil && held.claimedUntil > now) return { answer: claimed };
      return { put: { ...held, claimedUntil: until }, answer: undefined };
    });
    if (why !== claimed) return why;
  }
  return claimed;
}

const claimed = "another purge in this registry goes first.";

/** The tag that went wrong, while neither the registry nor anybody else has settled it. */
export async function tagStillAway(
  ports: Pick<Ports, "cache" | "tags">,
  registry: string,
  held: Breaker | undefined,
): Promise<{ readonly repository: string; readonly tag: string } | undefined> {
  const { away } = held ?? {};
  if (!away || held?.failures === 0) return undefined;
  const { repository, tag } = away;
  if (await ports.cache.tag(registry, repository, tag)) return undefined;
  // Few tags come between a name and what it begins with.
  const records = await ports.tags.range(registry, repository, tag.slice(0, -1), tag);
  const record = records.at(-1);
  return record?.tag === tag && isAway(record) ? away : undefined;
}

/** A purge went well: the others may go side by side. */
export async function allowPurges(site: Site): Promise<void> {
  const now = site.ports.ambient.now();
  const key = purgeKey(site.registry);
  const held = asBreaker(await site.ports.budgets.get(key));
  const known = held?.provenAt !== undefined && plusSeconds(held.provenAt, provenFor / 2) > now;
  if (known && held.failures === 0) return;
  await site.ports.budgets.update(key, () => ({
    put: { kind: "breaker", failures: 0, provenAt: now },
    answer: undefined,
  }));
}

/** A purge went wrong: none in this registry for a while, and not before that tag is back. */
export async function stopPurges(site: Site, tag: string, problem: string): Promise<void> {
  const { ports, repository } = site;
  const now = ports.ambient.now();
  const message = `${repository}:${tag}: ${problem}`;
  await ports.budgets.update(purgeKey(site.registry), (row) => ({
    put: { ...trip(asBreaker(row), now, { message }), away: { repository, tag } },
    answer: undefined,
  }));
}

import type { Budget, PullBudget, RateReading } from "../domain/budget.ts";
import { hold, observe, release } from "../domain/pull-budget.ts";
import type { Timestamp } from "../domain/time.ts";
import type { Site } from "./refresh-site.ts";

/** Pulls that may be made upstream, held in the account's budget until the purse is closed. */
export interface Purse {
  /** Whether what the account may still pull is known. */
  readonly known: boolean;
  /** Pulls that were in it when it was opened. */
  readonly size: number;
  /** Takes that many, or none and false. */
  take(pulls: number): boolean;
  /** For pulls that were taken and came to nothing upstream: the registry had it. */
  giveBack(pulls: number): void;
  /** When to try again what found the purse empty. */
  readonly until: Timestamp | undefined;
  close(): Promise<void>;
}

/** Seconds after which a hold counts as spent though nobody said so. */
const holdSeconds = 600;

const asPulls = (held: Budget | undefined): PullBudget | undefined =>
  held?.kind === "pulls" ? held : undefined;

/**
 * A purse with up to `pulls` in it. Without a credential set ACR pulls from an address of its own,
 * whose limit nobody can read: then the purse is never empty, and only the breaker guards.
 */
export async function openPurse(site: Site, tag: string, pulls: number): Promise<Purse> {
  const { ports, host, rule } = site;
  if (rule.credentialSet === undefined || pulls === 0) return endless;
  const askedAt = ports.ambient.now();
  const reading = await readRate(site, tag);
  const key = `pulls ${host} ${reading.account ?? rule.credentialSet}`;
  const id = ports.ambient.newId();
  const now = ports.ambient.now();
  const { granted, until } = await ports.budgets.update(key, (held) => {
    const { reserve } = ports.refreshSettings;
    const seen = observe(asPulls(held), reading, askedAt);
    const { put, ...answer } = hold(seen, { id, pulls, reserve, now, holdSeconds });
    return { put, answer };
  });
  let left = granted;
  return {
    known: reading.kind !== "unknown",
    size: granted,
    take(wanted) {
      if (wanted > left) return false;
      left -= wanted;
      return true;
    },
    giveBack: (returned) => {
      left += returned;
    },
    until,
    async close() {
      if (granted === 0) return;
      const now = ports.ambient.now();
      await ports.budgets.update(key, (held) => {
        const known = asPulls(held);
        return { put: known && release(known, id, granted - left, now), answer: undefined };
      });
    },
  };
}

const endless: Purse = {
  known: true,
  size: Number.POSITIVE_INFINITY,
  take: () => true,
  giveBack: () => undefined,
  until: undefined,
  close: async () => undefined,
};

/** What the account behind the credential set has left: HEAD tells, and costs nothing. */
async function readRate({ ports, host, path, login }: Site, tag: string): Promise<RateReading> {
  const known = await login();
  if (known === undefined || typeof known === "string") return { kind: "unknown" };
  const head = await ports.upstreams.head(host, path, tag, known);
  return head.kind === "found" ? head.rate : { kind: "unknown" };
}

import type { Budget, PullBudget, RateReading } from "../domain/budget.ts";
import { pullsKey } from "../domain/budget-keys.ts";
import { LarderError } from "../domain/errors.ts";
import { hold, observe, release } from "../domain/pull-budget.ts";
import { plusSeconds, type Timestamp } from "../domain/time.ts";
import { orProblem } from "./or-problem.ts";
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
  /** Why it is empty, where that is not for want of pulls. */
  readonly problem?: string;
  /** When to try again what found the purse empty. */
  readonly until: Timestamp | undefined;
  close(): Promise<void>;
}

/** Seconds after which a hold counts as spent though nobody said so. */
const holdSeconds = 600;

const asPulls = (held: Budget | undefined): PullBudget | undefined =>
  held?.kind === "pulls" ? held : undefined;

/** Pulls that may be made of an account whose limit was never told; only Docker Hub is known to count. */
const untold = 10;
/** Seconds until there are as many again. */
const untoldDelay = 900;

/**
 * A purse with up to `pulls` in it, for the account behind the rule's credential set; `tag` is one that
 * upstream has, whose HEAD tells what is left. Without a credential set ACR pulls from an address of
 * its own, whose limit nobody can read: then the purse is never empty, and only the breaker guards.
 * Where nothing can be found out, it is empty: what must be done without it is done.
 */
export async function openPurse(
  site: Site,
  tag: string | undefined,
  pulls: number,
): Promise<Purse> {
  if (site.rule.credentialSet === undefined || pulls === 0) return endless;
  const purse = await orProblem(holdPulls(site, site.rule.credentialSet, tag, pulls));
  return purse instanceof LarderError ? broken(site, purse) : purse;
}

async function holdPulls(
  site: Site,
  set: string,
  tag: string | undefined,
  pulls: number,
): Promise<Purse> {
  const { ports, host } = site;
  const askedAt = ports.ambient.now();
  const reading = await readRate(site, tag);
  const key = pullsKey(host, set);
  const id = ports.ambient.newId();
  const now = ports.ambient.now();
  const { granted, until, known } = await ports.budgets.update(key, (held) => {
    const { reserve } = ports.refreshSettings;
    const seen = observe(asPulls(held), reading, askedAt);
    const told = seen.reading !== undefined || host !== "docker.io";
    const wanted = told ? pulls : Math.min(pulls, untold);
    const { put, granted, until } = hold(seen, { id, pulls: wanted, reserve, now, holdSeconds });
    const soon = wanted < pulls ? plusSeconds(now, untoldDelay) : undefined;
    return { put, answer: { granted, until: until ?? soon, known: reading.kind !== "unknown" } };
  });
  let left = granted;
  return {
    known,
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
      const closedAt = ports.ambient.now();
      await ports.budgets.update(key, (held) => {
        const account = asPulls(held);
        const spent = Math.max(0, granted - left);
        return { put: account && release(account, id, spent, closedAt), answer: undefined };
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

/** Seconds until it is tried again to find out what an account may pull. */
const brokenDelay = 60;

function broken({ ports }: Site, { problem: { message } }: LarderError): Purse {
  const until = plusSeconds(ports.ambient.now(), brokenDelay);
  const problem = `What the account may still pull could not be found out: ${message}`;
  return { ...endless, known: false, size: 0, take: () => false, problem, until };
}

/** What the account behind the credential set has left: HEAD tells, and costs nothing. */
async function readRate(
  { ports, host, path, login }: Site,
  tag: string | undefined,
): Promise<RateReading> {
  const known = await login();
  if (tag === undefined || known === undefined || typeof known === "string")
    return { kind: "unknown" };
  const head = await ports.upstreams.head(host, path, tag, known);
  return head.kind === "found" ? head.rate : { kind: "unknown" };
}

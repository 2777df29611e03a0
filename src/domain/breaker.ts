import type { Breaker } from "./budget.ts";
import { boundedWait } from "./retry-after.ts";
import { plusSeconds, type Timestamp } from "./time.ts";

const shortest = 30;
const longest = 1800;

/**
 * The breaker after a failure: open for 30 seconds, twice as long after each further one, half an
 * hour at most; or for as long as Retry-After asks, where that is longer. Requests that were under
 * way when it opened and fail, too, only make it heed a later Retry-After.
 */
export function trip(
  held: Breaker | undefined,
  now: Timestamp,
  failure: { readonly retryAfterSeconds?: number | undefined; readonly message: string },
): Breaker {
  const open = openUntil(held, now);
  const failures = (held?.failures ?? 0) + (open === undefined ? 1 : 0);
  const own = open ?? plusSeconds(now, Math.min(shortest * 2 ** (failures - 1), longest));
  const asked = plusSeconds(now, boundedWait(failure.retryAfterSeconds ?? 0) ?? 0);
  const until = asked > own ? asked : own;
  return { kind: "breaker", failures, until, message: failure.message };
}

/** The breaker after a success; undefined when there is nothing to write. */
export function closed(held: Breaker | undefined): Breaker | undefined {
  return held && held.failures > 0 ? { kind: "breaker", failures: 0 } : undefined;
}

/** When it may be tried again; undefined: now. */
export function openUntil(held: Breaker | undefined, now: Timestamp): Timestamp | undefined {
  return held?.until !== undefined && held.until > now ? held.until : undefined;
}

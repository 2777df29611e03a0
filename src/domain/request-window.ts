import type { RequestWindow, TakenRequests } from "./budget.ts";
import { plusSeconds, type Timestamp } from "./time.ts";

/*
 * A registry's requests a minute, never exceeded in any minute, whenever the service begins its own:
 * it begins one for each kind of request with the first of them. What is taken counts in a slot;
 * a slot takes for a second, what it gave is good for two, and it counts until a minute after that.
 */

/** A number of each kind of request. */
export interface RequestCount {
  readonly reads: number;
  readonly deletes: number;
}

/** For what the clocks of workers differ, and for requests on their way, in seconds. */
const margin = 0.5;
/** Left free for what is not counted here, such as retries and other tools of the same identity. */
const share = 0.95;

/** One identity's, which are half of the registry's (facts/acr.md section 2). */
const tiers = {
  Basic: { reads: 5000, deletes: 500 },
  Standard: { reads: 5000, deletes: 500 },
  Premium: { reads: 10_000, deletes: 2000 },
} as const;

/** The requests a minute that may be made of a registry of that tier. */
export function requestLimits(tier: keyof typeof tiers): RequestCount {
  const { reads, deletes } = tiers[tier];
  return { reads: Math.floor(reads * share), deletes: Math.floor(deletes * share) };
}

/** How long a slot takes; what it gave is good for twice as long after its start. */
export function slotSeconds(windowSeconds: number): number {
  return Math.max(windowSeconds / 60, 0.25);
}

export interface TakeRequest {
  readonly units: number;
  /** Of one unit; a unit that costs more than the limits is granted alone. */
  readonly cost: RequestCount;
  readonly limits: RequestCount;
  readonly now: Timestamp;
  readonly windowSeconds: number;
  /** What the same worker has left from the slot that began then; it gives it back unless that slot still takes. */
  readonly left?: (RequestCount & { readonly slot: Timestamp }) | undefined;
}

export interface TakeAnswer {
  readonly put: RequestWindow;
  readonly granted: number;
  /** Until when the requests may be made. */
  readonly goodUntil: Timestamp;
  /** Where not all was granted: when there is room again. */
  readonly until?: Timestamp | undefined;
}

/** Takes requests for as many of the units as there is room for in the last minute. */
export function takeRequests(held: RequestWindow | undefined, request: TakeRequest): TakeAnswer {
  const { units, cost, now, windowSeconds } = request;
  const known = giveBack(currentSlot(held, now, windowSeconds), request);
  const goodUntil = endOf(known.startedAt, windowSeconds);
  const { notBefore } = known;
  if (notBefore !== undefined && notBefore > now)
    return { put: known, granted: 0, goodUntil, until: notBefore };
  const granted = Math.min(units, roomFor(known, known.earlier ?? [], request));
  const put = {
    ...known,
    reads: known.reads + granted * cost.reads,
    deletes: known.deletes + granted * cost.deletes,
  };
  if (granted === units) return { put, granted, goodUntil };
  return { put, granted, goodUntil, until: roomAt(put, request) };
}

/** The registry said to wait: nothing is granted before then. */
export function stopRequests(
  held: RequestWindow | undefined,
  now: Timestamp,
  until: Timestamp,
): RequestWindow {
  const known = held ?? { kind: "requests", startedAt: now, reads: 0, deletes: 0 };
  const later = known.notBefore !== undefined && known.notBefore > until;
  return later ? known : { ...known, notBefore: until };
}

const endOf = (startedAt: Timestamp, windowSeconds: number) =>
  plusSeconds(startedAt, 2 * slotSeconds(windowSeconds));

/** When what a slot gave counts no longer. */
const forgottenAt = (startedAt: Timestamp, windowSeconds: number) =>
  plusSeconds(startedAt, 2 * slotSeconds(windowSeconds) + windowSeconds + margin);

/** What is left of a slot that still takes stays with the worker. */
function giveBack(held: RequestWindow, { left, windowSeconds }: TakeRequest): RequestWindow {
  if (!left) return held;
  const until = forgottenAt(left.slot, windowSeconds);
  const earlier = held.earlier?.map((taken) =>
    taken.until === until
      ? {
          until,
          reads: Math.max(0, taken.reads - left.reads),
          deletes: Math.max(0, taken.deletes - left.deletes),
        }
      : taken,
  );
  return { ...held, earlier };
}

/** The window with the slot that takes now, and without what counts no longer. */
function currentSlot(
  held: RequestWindow | undefined,
  now: Timestamp,
  windowSeconds: number,
): RequestWindow {
  if (!held) return { kind: "requests", startedAt: now, reads: 0, deletes: 0 };
  const { startedAt, reads, deletes } = held;
  const takes = now < plusSeconds(startedAt, slotSeconds(windowSeconds));
  const ended = { until: forgottenAt(startedAt, windowSeconds), reads, deletes };
  const earlier = [...(held.earlier ?? []), ...(takes ? [] : [ended])].filter(
    (taken) => taken.until > now && taken.reads + taken.deletes > 0,
  );
  return takes ? { ...held, earlier } : { ...held, startedAt: now, reads: 0, deletes: 0, earlier };
}

/** Units there is room for beside what those slots took. */
function roomFor(
  slot: RequestCount,
  earlier: readonly TakenRequests[],
  { cost, limits }: TakeRequest,
): number {
  const all = [slot, ...earlier];
  const taken = (kind: keyof RequestCount) => all.reduce((sum, one) => sum + one[kind], 0);
  const room = (kind: keyof RequestCount) => {
    if (cost[kind] === 0) return Number.POSITIVE_INFINITY;
    if (cost[kind] > limits[kind]) return taken(kind) === 0 ? 1 : 0;
    return Math.max(0, Math.floor((limits[kind] - taken(kind)) / cost[kind]));
  };
  return Math.min(room("reads"), room("deletes"));
}

/** The first instant at which so many slots are forgotten that one more unit has room. */
function roomAt(held: RequestWindow, request: TakeRequest): Timestamp {
  const { earlier = [] } = held;
  const last = forgottenAt(held.startedAt, request.windowSeconds);
  const index = earlier.findIndex(
    (_, place) => roomFor(held, earlier.slice(place + 1), request) > 0,
  );
  return earlier[index]?.until ?? last;
}

import type { RequestCount, TakeAnswer } from "../domain/request-window.ts";
import { plusSeconds, type Timestamp } from "../domain/time.ts";

/** Requests that a worker took ahead of need and hands out by itself. */
export interface Slice {
  /** Start of the slot it was taken in. */
  readonly slot: Timestamp;
  readonly goodUntil: Timestamp;
  readonly left: RequestCount;
  /** Handed out since the slot began. */
  readonly used: RequestCount;
}

/** No slice is larger than this part of what a window allows, unless more is asked for at once. */
const largest = 1 / 20;

/** Hands out as many of the units as the slice is good for. */
export function handOut(
  slice: Slice | undefined,
  units: number,
  cost: RequestCount,
  now: Timestamp,
): { readonly slice: Slice | undefined; readonly handed: number } {
  if (!slice || slice.goodUntil <= now) return { slice, handed: 0 };
  const handed = Math.min(units, unitsIn(slice.left, cost));
  return {
    handed,
    slice: {
      ...slice,
      left: plus(slice.left, cost, -handed),
      used: plus(slice.used, cost, handed),
    },
  };
}

/**
 * How many units to take from the row when `units` are needed: as many more as were used lately, so
 * that a busy worker comes seldom and an idle one keeps nothing from the others.
 */
export function unitsToTake(
  slice: Slice | undefined,
  units: number,
  cost: RequestCount,
  limits: RequestCount,
  now: Timestamp,
): number {
  const idleAt = slice && plusSeconds(slice.goodUntil, 1);
  if (!slice || !idleAt || idleAt <= now) return units;
  const most = (kind: keyof RequestCount) => Math.min(slice.used[kind], limits[kind] * largest);
  return Math.max(units, unitsIn({ reads: most("reads"), deletes: most("deletes") }, cost));
}

/** The slice after the row granted more; what was left of another slot has gone back. */
export function refill(
  slice: Slice | undefined,
  { put, granted, goodUntil }: TakeAnswer,
  cost: RequestCount,
): Slice {
  const none = { reads: 0, deletes: 0 };
  const same = slice?.slot === put.startedAt ? slice : { left: none, used: none };
  return { slot: put.startedAt, goodUntil, used: same.used, left: plus(same.left, cost, granted) };
}

function unitsIn(count: RequestCount, cost: RequestCount): number {
  const of = (kind: keyof RequestCount) =>
    cost[kind] === 0 ? Number.POSITIVE_INFINITY : Math.floor(count[kind] / cost[kind]);
  return Math.min(of("reads"), of("deletes"));
}

const plus = (count: RequestCount, cost: RequestCount, times: number): RequestCount => ({
  reads: count.reads + cost.reads * times,
  deletes: count.deletes + cost.deletes * times,
});

import type { Hold, PullBudget, RateReading } from "./budget.ts";
import { plusSeconds, type Timestamp } from "./time.ts";

type Limited = Extract<RateReading, { readonly kind: "limited" }>;

/** No window is taken for longer than a month, whatever the header said. */
const longestWindow = 31 * 86_400;

/**
 * The budget after a reading that was asked for at `askedAt`: it has in it every pull made before
 * then, so those are forgotten. What was held or told spent later stays counted, and a reading that
 * was overtaken by a later one changes nothing. One that cannot be read leaves the last that could.
 */
export function observe(
  held: PullBudget | undefined,
  reading: RateReading,
  askedAt: Timestamp,
): PullBudget {
  const known = held ?? { kind: "pulls", spent: 0, holds: [] };
  if (reading.kind === "unknown") return known;
  if (known.readAt !== undefined && askedAt < known.readAt) return known;
  const told = known.spentAt === undefined || known.spentAt < askedAt;
  return {
    ...known,
    reading: bounded(reading),
    readAt: askedAt,
    ...(told && { spent: 0, spentAt: undefined }),
    holds: known.holds.filter(({ until }) => until > askedAt),
  };
}

function bounded(reading: RateReading): RateReading {
  if (reading.kind !== "limited") return reading;
  return { ...reading, windowSeconds: Math.min(reading.windowSeconds, longestWindow) };
}

export interface HoldRequest {
  /** A further one with the same id takes the place of the first. */
  readonly id: string;
  readonly pulls: number;
  /** Share of the limit that is never given out, 0 to 1. */
  readonly reserve: number;
  readonly now: Timestamp;
  /** The pulls must be made within these. */
  readonly holdSeconds: number;
}

/** How many of the pulls may be made; where that is not all, `until` is when it is worth asking again. `put` is the budget from now on. */
export interface HoldAnswer {
  readonly put?: PullBudget | undefined;
  readonly granted: number;
  readonly until?: Timestamp | undefined;
}

/**
 * Holds pulls of a limited account. Holds that ran out count as spent until a later reading, because
 * a worker that was killed probably made them. Without limits, or without any reading yet, all is granted.
 */
export function hold(held: PullBudget | undefined, request: HoldRequest): HoldAnswer {
  const { id, pulls, reserve, now, holdSeconds } = request;
  const reading = held?.reading;
  if (!held || reading?.kind !== "limited") return { put: held, granted: pulls };
  const others = held.holds.filter((one) => one.id !== id);
  const known = current({ ...held, holds: others }, reading, now);
  const left = available(known, reading, now) - Math.ceil(reading.limit * reserve);
  const granted = Math.max(0, Math.min(pulls, left));
  const own: Hold = { id, pulls: granted, until: plusSeconds(now, holdSeconds) };
  return {
    put: granted > 0 ? { ...known, holds: [...known.holds, own] } : known,
    granted,
    ...(granted < pulls && { until: nextChange(known, reading, now) }),
  };
}

/** Ends a hold, of whose pulls `spent` were made. One that is no longer there is in the reading already. */
export function release(held: PullBudget, id: string, spent: number, now: Timestamp): PullBudget {
  if (!held.holds.some((one) => one.id === id)) return held;
  const holds = held.holds.filter((one) => one.id !== id);
  if (spent === 0) return { ...held, holds };
  const spentAt = held.spentAt !== undefined && held.spentAt > now ? held.spentAt : now;
  return { ...held, holds, spent: held.spent + spent, spentAt };
}

/**
 * What a limited account may still pull, reckoned as when pulls are held. undefined where no limit is
 * known, and where the reading is older than its window: nobody knows then.
 */
export function pullsLeft(
  held: PullBudget,
  now: Timestamp,
): { readonly limit: number; readonly remaining: number } | undefined {
  const { reading } = held;
  if (reading?.kind !== "limited" || refillAt(held, reading) <= now) return undefined;
  const remaining = available(current(held, reading, now), reading, now);
  return { limit: reading.limit, remaining: Math.max(0, remaining) };
}

/** Without what the account has forgotten: pulls older than its window. */
function current(held: PullBudget, { windowSeconds }: Limited, now: Timestamp): PullBudget {
  const forgotten = (at: Timestamp | undefined) =>
    at !== undefined && plusSeconds(at, windowSeconds) <= now;
  return {
    ...held,
    ...(forgotten(held.spentAt) && { spent: 0, spentAt: undefined }),
    holds: held.holds.filter(({ until }) => !forgotten(until)),
  };
}

function available(held: PullBudget, reading: Limited, now: Timestamp): number {
  const base = refillAt(held, reading) <= now ? reading.limit : reading.remaining;
  return base - held.spent - held.holds.reduce((sum, { pulls }) => sum + pulls, 0);
}

function refillAt({ readAt }: PullBudget, { windowSeconds }: Limited): Timestamp {
  return readAt === undefined ? "" : plusSeconds(readAt, windowSeconds);
}

/** The first instant at which there can be more, unless a reading tells of it sooner. */
function nextChange(held: PullBudget, reading: Limited, now: Timestamp): Timestamp {
  const { windowSeconds } = reading;
  const ends = held.holds.flatMap(({ until }) => [until, plusSeconds(until, windowSeconds)]);
  if (held.spentAt !== undefined) ends.push(plusSeconds(held.spentAt, windowSeconds));
  const coming = [refillAt(held, reading), ...ends].filter((at) => at > now).sort();
  return coming[0] ?? plusSeconds(now, windowSeconds);
}

import type { Budget, RequestWindow } from "../domain/budget.ts";
import type { Budgets, Throttle } from "../domain/refresh-ports.ts";
import {
  type RequestCount,
  requestLimits,
  slotSeconds,
  stopRequests,
  takeRequests,
} from "../domain/request-window.ts";
import { plusSeconds, type Timestamp } from "../domain/time.ts";
import { handOut, refill, type Slice, unitsToTake } from "./throttle-slice.ts";

interface Options {
  /** "tier": what the registry's SKU allows an identity; "off": everything; or requests a window. */
  readonly rates: "tier" | "off" | RequestCount;
  readonly windowSeconds?: number | undefined;
  readonly now?: () => Timestamp;
}

type Answer = Awaited<ReturnType<Throttle["take"]>>;

/** What this process knows of the requests of one registry. */
interface Gate {
  /** The key of the row. */
  readonly key: string;
  readonly limits: () => Promise<RequestCount>;
  slice: Slice | undefined;
  /** The registry said to wait. */
  stoppedUntil: Timestamp;
  /** The row had no room; it is asked again after a slot, because others give back. By cost. */
  readonly full: Map<string, { readonly until: Timestamp; readonly askAt: Timestamp }>;
  /** Ends with the last look into the row: those who wait for one may find its slice enough. */
  looks: Promise<unknown>;
}

/** How to look into the rows. */
interface Rows {
  readonly budgets: Budgets;
  readonly windowSeconds: number;
  readonly now: () => Timestamp;
}

/**
 * The requests of registries, in rows that all workers share; request-window tells how. A worker
 * takes slices from a row and hands them out by itself, so that a busy one seldom looks into it.
 */
export function throttle(
  budgets: Budgets,
  tierOf: (registry: string) => Promise<"Basic" | "Standard" | "Premium">,
  { rates, windowSeconds = 60, now = () => new Date().toISOString() }: Options,
): Throttle {
  const rows = { budgets, windowSeconds, now };
  const gates = new Map<string, Gate>();
  const gateOf = (registry: string): Gate => {
    const key = `requests ${registry.toLowerCase()}`;
    const limits = async () =>
      typeof rates === "object" ? rates : requestLimits(await tierOf(registry));
    const made = { key, limits, slice: undefined, stoppedUntil: "", full: new Map() };
    const gate = gates.get(key) ?? { ...made, looks: Promise.resolve() };
    gates.set(key, gate);
    return gate;
  };
  return {
    async take(registry, units, cost) {
      const gate = gateOf(registry);
      if (gate.stoppedUntil > now()) return { granted: 0, until: gate.stoppedUntil };
      return rates === "off" ? { granted: units } : take(gate, units, cost, rows);
    },
    async stop(registry, until) {
      const gate = gateOf(registry);
      if (until > gate.stoppedUntil) gate.stoppedUntil = until;
      gate.slice = undefined;
      if (rates === "off") return;
      const put = (held?: Budget) => stopRequests(asWindow(held), now(), until);
      await budgets.update(gate.key, (held) => ({ put: put(held), answer: undefined }));
    },
  };
}

async function take(gate: Gate, units: number, cost: RequestCount, rows: Rows): Promise<Answer> {
  const first = takeHere(gate, units, cost, rows.now());
  if (first.granted === units || first.until !== undefined) return first;
  const look = gate.looks.then(async () => {
    const second = takeHere(gate, units - first.granted, cost, rows.now());
    const granted = first.granted + second.granted;
    if (granted === units || second.until !== undefined) return { ...second, granted };
    const third = await takeFromRow(gate, units - granted, cost, rows);
    return { ...third, granted: granted + third.granted };
  });
  gate.looks = look.catch(() => undefined);
  return look;
}

/** What can be answered without the row; `until` is set where it need not be asked for the rest. */
function takeHere(gate: Gate, units: number, cost: RequestCount, now: Timestamp): Answer {
  if (gate.stoppedUntil > now) return { granted: 0, until: gate.stoppedUntil };
  const { slice, handed } = handOut(gate.slice, units, cost, now);
  gate.slice = slice;
  const full = gate.full.get(costKey(cost));
  const closed = handed < units && full !== undefined && full.until > now && full.askAt > now;
  return { granted: handed, ...(closed && { until: full.until }) };
}

async function takeFromRow(
  gate: Gate,
  units: number,
  cost: RequestCount,
  { budgets, windowSeconds, now }: Rows,
): Promise<Answer> {
  const limits = await gate.limits();
  const { slice } = gate;
  // Nobody hands out of it while it may be given back.
  gate.slice = undefined;
  const wanted = unitsToTake(slice, units, cost, limits, now());
  const left = slice && { slot: slice.slot, ...slice.left };
  const taken = await budgets.update(gate.key, (held) => {
    const request = { units: wanted, cost, limits, now: now(), windowSeconds, left };
    const answer = takeRequests(asWindow(held), request);
    return { put: answer.put, answer };
  });
  const { slice: rest, handed } = handOut(refill(slice, taken, cost), units, cost, now());
  gate.slice = rest;
  if (handed === units) return { granted: units };
  // Granted, but the row answered so late that it is no longer good.
  if (taken.until === undefined) return { granted: handed, until: now() };
  const askAt = plusSeconds(now(), slotSeconds(windowSeconds));
  gate.full.set(costKey(cost), { until: taken.until, askAt });
  return { granted: handed, until: taken.until };
}

const costKey = ({ reads, deletes }: RequestCount) => `${reads} ${deletes}`;

function asWindow(held: Budget | undefined): RequestWindow | undefined {
  return held?.kind === "requests" ? held : undefined;
}

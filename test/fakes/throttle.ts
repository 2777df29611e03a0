import type { Throttle } from "../../src/domain/refresh-ports.ts";
import { plusSeconds, type Timestamp } from "../../src/domain/time.ts";
import type { VirtualClock } from "./clock.ts";

/** Grants everything, unless a registry said to wait or a test limits it. */
export interface FakeThrottle extends Throttle {
  /** From now on so many requests a minute, for each registry; undefined lifts it. */
  limit(limits: { readonly reads: number; readonly deletes: number } | undefined): void;
  /** All that was granted of a registry's. */
  granted(registry: string): { readonly reads: number; readonly deletes: number };
}

interface Bucket {
  fullAt: Timestamp;
  reads: number;
  deletes: number;
}

export function fakeThrottle(clock: VirtualClock): FakeThrottle {
  let limits: { readonly reads: number; readonly deletes: number } | undefined;
  const buckets = new Map<string, Bucket>();
  const stops = new Map<string, Timestamp>();
  const sums = new Map<string, { reads: number; deletes: number }>();
  const bucketOf = (registry: string): Bucket => {
    const found = buckets.get(registry);
    if (found && found.fullAt > clock.now()) return found;
    const made = { fullAt: plusSeconds(clock.now(), 60), reads: 0, deletes: 0 };
    buckets.set(registry, made);
    return made;
  };
  const sumOf = (registry: string) => sums.get(registry) ?? { reads: 0, deletes: 0 };
  return {
    async take(name, units, cost) {
      const registry = name.toLowerCase();
      const stopped = stops.get(registry) ?? "";
      if (stopped > clock.now()) return { granted: 0, until: stopped };
      const bucket = bucketOf(registry);
      const room = (kind: "reads" | "deletes") =>
        limits && cost[kind] > 0 ? Math.floor((limits[kind] - bucket[kind]) / cost[kind]) : units;
      const granted = Math.max(0, Math.min(units, room("reads"), room("deletes")));
      const sum = sumOf(registry);
      sums.set(registry, sum);
      for (const counter of [bucket, sum]) {
        counter.reads += granted * cost.reads;
        counter.deletes += granted * cost.deletes;
      }
      return { granted, ...(granted < units && { until: bucket.fullAt }) };
    },
    async stop(name, until) {
      const registry = name.toLowerCase();
      if (until > (stops.get(registry) ?? "")) stops.set(registry, until);
    },
    limit: (next) => {
      limits = next;
      buckets.clear();
    },
    granted: (registry) => ({ ...sumOf(registry.toLowerCase()) }),
  };
}

import type { Answer } from "../service.ts";

type Kind = "reads" | "writes" | "deletes";

/** Bucket and refill a second. The remainders recorded were 799 writes, 799 deletes and 16499 global reads; the refill is ARM's published one. */
const buckets: Record<Kind, { readonly size: number; readonly perSecond: number }> = {
  reads: { size: 1100, perSecond: 25 },
  writes: { size: 800, perSecond: 10 },
  deletes: { size: 800, perSecond: 10 },
};
const globalShare = 15;

export interface Quotas {
  /** Counts a request and returns the headers that tell what is left. Never refuses: tests inject 429 as a fault. */
  count(method: string): NonNullable<Answer["headers"]>;
}

/** ARM's remaining-request headers for one subscription; `now` in milliseconds. */
export function quotas(now: () => number): Quotas {
  const left = new Map<Kind, { at: number; value: number }>();
  return {
    count(method) {
      const kind: Kind =
        method === "DELETE" ? "deletes" : ["GET", "HEAD"].includes(method) ? "reads" : "writes";
      const { size, perSecond } = buckets[kind];
      const before = left.get(kind) ?? { at: now(), value: size };
      const refilled = before.value + ((now() - before.at) / 1000) * perSecond;
      const value = Math.max(0, Math.min(size, refilled) - 1);
      left.set(kind, { at: now(), value });
      const used = size - Math.floor(value);
      return {
        [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(Math.floor(value)),
        [`x-ms-ratelimit-remaining-subscription-global-${kind}`]: String(size * globalShare - used),
      };
    },
  };
}

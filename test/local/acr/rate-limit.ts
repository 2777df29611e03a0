import { refuse } from "../service.ts";
import { tooManyRequests } from "./errors.ts";
import type { AcrRegistry, Sku } from "./registry.ts";
import type { RequestClass } from "./switches.ts";

/** Requests a minute for a registry; one identity gets half, except OAuth which is for the registry only (facts/acr.md section 2). */
const small = { read: 10_000, write: 2000, delete: 1000, listReferrers: 500, oauth: 10_000 };
const premium = { read: 20_000, write: 4000, delete: 4000, listReferrers: 2000, oauth: 20_000 };
const tiers: Record<Sku, Record<RequestClass, number>> = {
  Basic: small,
  Standard: small,
  Premium: premium,
};

interface Bucket {
  fullAt: number;
  left: number;
}

/** Takes a request out of the buckets, or ends the call with 429 and the seconds until the bucket is full. */
interface RateLimit {
  take(kind: RequestClass, subject: string): void;
}

const minute = 60_000;

/**
 * A bucket is filled again one minute after its first request: that is how a Retry-After that counts
 * down from 60 is read here. All anonymous callers share one identity bucket. A refused request costs nothing.
 */
export function rateLimit(registry: AcrRegistry, now: () => number): RateLimit {
  const buckets = new Map<string, Bucket>();
  const bucket = (key: string, size: number): Bucket => {
    const at = now();
    const found = buckets.get(key);
    if (found && found.fullAt > at) return found;
    const made = { fullAt: at + minute, left: size };
    buckets.set(key, made);
    return made;
  };
  const limitOf = (kind: RequestClass): number | undefined => {
    const limits = registry.switches().rateLimits;
    if (limits === "off") return undefined;
    return (limits === "tier" ? tiers[registry.sku] : limits)[kind];
  };
  return {
    take(kind, subject) {
      const kinds: RequestClass[] = kind === "listReferrers" ? ["listReferrers", "read"] : [kind];
      const wanted = kinds.flatMap((one) => {
        const size = limitOf(one);
        if (size === undefined) return [];
        const whole = bucket(one, size);
        return one === "oauth"
          ? [whole]
          : [whole, bucket(`${one} ${subject}`, Math.max(1, Math.floor(size / 2)))];
      });
      const empty = wanted.find(({ left }) => left < 1);
      if (empty) refuse(tooManyRequests(Math.ceil((empty.fullAt - now()) / 1000)));
      for (const one of wanted) one.left -= 1;
    },
  };
}

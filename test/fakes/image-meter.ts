import { createHash } from "node:crypto";
import type { RateReading } from "../../src/domain/budget.ts";
import type { VirtualClock } from "./clock.ts";
import type { ImageUpstream } from "./image-upstream.ts";

/** Counts the pulls that upstreams charge to accounts. */
export interface ImageMeter {
  /** Takes a pull; false when none is left. */
  spend(host: string, account: string): boolean;
  /** Pulls left to an account; undefined where there is no limit. */
  left(host: string, account: string): number | undefined;
  /** What the headers of an answer tell. */
  reading(host: string, account: string): RateReading;
}

/** Where pulls without a login come from: Larder's own address, and ACR's (RFC 5737). */
export const larderAddress = "203.0.113.7";
export const acrAddress = "198.51.100.10";

const accounts = new Map<string, string>();

/** Docker Hub's id of an account. */
export function accountOf(username: string): string {
  const made = accounts.get(username) ?? newAccount(username);
  accounts.set(username, made);
  return made;
}

function newAccount(username: string): string {
  const hex = createHash("sha256").update(username).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function imageMeter(clock: VirtualClock, upstream: ImageUpstream): ImageMeter {
  const used = new Map<string, { readonly since: number; readonly pulls: number }>();
  const spent = (host: string, account: string) => {
    const windowSeconds = upstream.host(host).limit?.windowSeconds ?? 0;
    const found = used.get(`${host} ${account}`);
    const open = found && clock.milliseconds() < found.since + windowSeconds * 1000;
    return open ? found : { since: clock.milliseconds(), pulls: 0 };
  };
  const left = (host: string, account: string) => {
    const { limit } = upstream.host(host);
    return limit && Math.max(0, limit.pulls - spent(host, account).pulls);
  };
  return {
    spend(host, account) {
      if (left(host, account) === 0) return false;
      const { since, pulls } = spent(host, account);
      used.set(`${host} ${account}`, { since, pulls: pulls + 1 });
      return true;
    },
    left,
    reading(host, account) {
      const { limit, rateHeaders } = upstream.host(host);
      // Only Docker Hub names the account (docker-ratelimit-source).
      const named = host === "docker.io" ? { account } : {};
      if (!limit || rateHeaders === "absent") return { kind: "unlimited", ...named };
      if (rateHeaders === "malformed") return { kind: "unknown", ...named };
      const remaining = left(host, account) ?? 0;
      const { pulls, windowSeconds } = limit;
      return { kind: "limited", limit: pulls, remaining, windowSeconds, ...named };
    },
  };
}

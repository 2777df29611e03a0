import type { Timestamp } from "./time.ts";

/** What the rate-limit headers of one answer said (facts/docker-hub.md section 2). */
export type RateReading =
  /** No headers: a paid account, or an upstream without limits. */
  | { readonly kind: "unlimited"; readonly account?: string | undefined }
  /** Headers that cannot be read, ";w=21600": never taken for zero. */
  | { readonly kind: "unknown"; readonly account?: string | undefined }
  | {
      readonly kind: "limited";
      /** Pulls a window. */
      readonly limit: number;
      readonly remaining: number;
      readonly windowSeconds: number;
      /** Docker Hub's id of the account, or the address when anonymous. */
      readonly account?: string | undefined;
    };

/** Pulls that a worker is about to make; they count as spent until it says what they came to, or `until`. */
export interface Hold {
  readonly id: string;
  readonly pulls: number;
  readonly until: Timestamp;
}

/** What one upstream still allows one account. Shared by all workers. */
export interface PullBudget {
  readonly kind: "pulls";
  /** The last reading that could be read. */
  readonly reading?: RateReading | undefined;
  readonly readAt?: Timestamp | undefined;
  /** Pulls made since that reading. */
  readonly spent: number;
  /** When the last of them were told; a reading asked for earlier may not have them in it. */
  readonly spentAt?: Timestamp | undefined;
  readonly holds: readonly Hold[];
}

/** Whether an upstream, or purging in a registry, is left alone for a while. */
export interface Breaker {
  readonly kind: "breaker";
  readonly failures: number;
  readonly until?: Timestamp | undefined;
  readonly message?: string | undefined;
  /** Of purges: the tag that could not be pulled again. */
  readonly away?: { readonly repository: string; readonly tag: string } | undefined;
  /** Of purges: when one was last seen to go well. */
  readonly provenAt?: Timestamp | undefined;
  /** Of purges: until then somebody tries one, and the others wait. */
  readonly claimedUntil?: Timestamp | undefined;
}

/** Requests that were taken and count until then. */
export interface TakenRequests {
  readonly until: Timestamp;
  readonly reads: number;
  readonly deletes: number;
}

/** What has been taken of a registry's requests in the last minute. */
export interface RequestWindow {
  readonly kind: "requests";
  /** Of the slot that takes now, about a second long; see request-window. */
  readonly startedAt: Timestamp;
  readonly reads: number;
  readonly deletes: number;
  /** Of the slots before it, oldest first. */
  readonly earlier?: readonly TakenRequests[] | undefined;
  /** The registry itself said to wait (429). */
  readonly notBefore?: Timestamp | undefined;
}

export type Budget = PullBudget | Breaker | RequestWindow;

import type { RateReading } from "./budget.ts";
import type { Digest } from "./tag.ts";

/** Nothing was learnt, with a sentence for a person, free of secrets. */
interface NotAsked {
  readonly kind: "couldNotAsk";
  readonly message: string;
  readonly retryAfterSeconds?: number | undefined;
}
/** The upstream refused this login (or nobody) this repository; many say so of absent ones too. */
interface Denied {
  readonly kind: "denied" | "badLogin";
  readonly message: string;
}

/** What an upstream said of one tag. */
export type UpstreamHead =
  | { readonly kind: "found"; readonly digest: Digest; readonly rate: RateReading }
  /** 404. Not yet proof that the tag is gone (facts/docker-hub.md section 3, GHCR). */
  | { readonly kind: "absent"; readonly message: string }
  | Denied
  | NotAsked;

/** A page of an upstream's tags. `next`: more follow; opaque, to be given as `after`. */
export type UpstreamTags =
  | {
      readonly kind: "listed";
      readonly tags: readonly string[];
      readonly next?: string | undefined;
    }
  | { readonly kind: "absent"; readonly message: string }
  | Denied
  | NotAsked;

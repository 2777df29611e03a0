import type { EffectivePolicy } from "./effective-policy.ts";
import type { Digest, Pin, TagRecord, TagStatus } from "./tag.ts";
import type { Timestamp } from "./time.ts";
import type { UpstreamHead } from "./upstream-answer.ts";

/** Everything that is known of a tag at one moment. */
export interface TagFacts {
  readonly record: TagRecord | undefined;
  /** As the registry lists it; undefined: it does not. */
  readonly listed: { readonly digest: Digest; readonly locked: boolean } | undefined;
  readonly upstream: UpstreamHead;
  /** A pin that has not expired. */
  readonly pin: Pin | undefined;
}

export interface PlanSettings {
  readonly policy: Pick<EffectivePolicy, "strategy" | "window" | "minimumAgeSeconds" | "followNew">;
  readonly lagSeconds: number;
  /** Whether tags may be untagged at all. */
  readonly purge: boolean;
  /** Whether the policy, or somebody who asked, means this tag; another one is only brought back. */
  readonly matched: boolean;
  /** Somebody asked for this refresh: it heeds no window, and proves what is equal, too. */
  readonly onDemand: boolean;
  readonly now: Timestamp;
}

/** What to do about a tag now. `note` is kept in the record whatever comes of it. */
export type TagPlan = { readonly note: TagNote } & (
  | {
      readonly step: "none";
      readonly status: TagStatus;
      readonly reason: string;
      readonly dueAt?: Timestamp | undefined;
    }
  /** Nothing was learnt: the record stays as it is. */
  | { readonly step: "leave"; readonly reason: string }
  /** Neither registry nor Larder's own doing knows the tag any more. */
  | { readonly step: "forget"; readonly reason: string }
  /** Pull by tag. `last`: an answer with the old digest then means that the registry will not move by itself. */
  | { readonly step: "touch"; readonly to: Digest; readonly last: boolean; readonly reason: string }
  /** Pull by digest, and untag once everything is held. */
  | { readonly step: "purge"; readonly from: Digest; readonly to: Digest; readonly reason: string }
  /** Larder untagged it: pull it again at once. */
  | { readonly step: "restore"; readonly to: Digest | undefined; readonly reason: string }
  /** See whether the registry serves it itself. */
  | { readonly step: "prove"; readonly to: Digest; readonly reason: string }
);

type TagNote = Pick<TagRecord, "moved" | "absentSince" | "adoptedEarly">;

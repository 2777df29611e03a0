import type { Timestamp } from "./time.ts";

/** "sha256:" and 64 hex digits: of the bytes of an image's top-level manifest, unless said otherwise. */
export type Digest = string;

/**
 * fresh: the registry lists what upstream has · cooling: upstream moved, too recently to follow ·
 * deferred: stale, and something forbids to act now · stale: to be refreshed · refreshing: on the
 * ladder · unverified: refreshed, but not provably · gone: upstream has it no more · unknown: upstream
 * could not be asked · pinned, locked: left alone.
 */
export const tagStatuses = [
  "fresh",
  "cooling",
  "deferred",
  "stale",
  "refreshing",
  "unverified",
  "gone",
  "unknown",
  "pinned",
  "locked",
] as const;
export type TagStatus = (typeof tagStatuses)[number];

/** How far a refresh has come. */
export interface RefreshStep {
  /**
   * touching: pulled by tag, and the registry does not serve `to` itself yet. preparing: `to` is being
   * pulled by digest, so that it is held before the tag is given up. purging: the intent to untag,
   * recorded before the act; lasts until the tag provably answers `to`.
   */
  readonly kind: "touching" | "preparing" | "purging";
  /** What the tag was before; absent for one that is new to the registry. */
  readonly from?: Digest | undefined;
  /** What it is to be. */
  readonly to: Digest;
  readonly since: Timestamp;
  /** Somebody asked for it, so that it goes on though the rule's patterns do not mean the tag. */
  readonly asked?: true | undefined;
  /** Times the registry was asked since, so that the next look can be put off further. */
  readonly looks: number;
}

/** Larder's record of one tag: written only when something about it changed. */
export interface TagRecord {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly status: TagStatus;
  /** Why, in a sentence for a person. */
  readonly reason: string;
  /** What the registry lists; absent while it lists nothing. */
  readonly cached?: Digest | undefined;
  /** What upstream answered last. */
  readonly upstream?: Digest | undefined;
  /** When this record was last found to be so and written. */
  readonly checkedAt: Timestamp;
  /** When what the registry lists last changed, as far as Larder saw. */
  readonly changedAt?: Timestamp | undefined;
  /** The digest upstream moved to, and when Larder first saw it there; until it is adopted. */
  readonly moved?: { readonly digest: Digest; readonly since: Timestamp } | undefined;
  /** When upstream first answered 404, if it has ever since. */
  readonly absentSince?: Timestamp | undefined;
  readonly step?: RefreshStep | undefined;
  /** Next look at this tag, where one is wanted before the next pass. */
  readonly dueAt?: Timestamp | undefined;
  /** ACR itself adopted this digest while it was still to cool off. */
  readonly adoptedEarly?: { readonly digest: Digest; readonly at: Timestamp } | undefined;
  /** The last digest that Larder proved to be served: what to pull while the tag cannot be. */
  readonly lastGood?: { readonly digest: Digest; readonly at: Timestamp } | undefined;
  /** When Larder last untagged it. */
  readonly untaggedAt?: Timestamp | undefined;
  /** Ids of the refreshes (operations) that wait for the end of the step. */
  readonly refreshes: readonly string[];
}

/** A person's word that a tag stays as it is. */
export interface Pin {
  readonly tag: string;
  readonly reason: string;
  readonly by: string;
  readonly since: Timestamp;
  /** Absent: until it is unpinned. */
  readonly until?: Timestamp | undefined;
}

/** A manifest that a refresh of Larder's left without a tag. */
export interface Superseded {
  readonly digest: Digest;
  /** The tag that pointed to it. */
  readonly tag: string;
  readonly since: Timestamp;
}

/** How far a pass over the tags of a repository has come. */
export interface Pass {
  readonly startedAt: Timestamp;
  /** Where the listing goes on: the last tag done, or (`listedAll`) the cursor of the upstream's list. */
  readonly after?: string | undefined;
  /** Tags listed so far. */
  readonly listed: number;
  /** Whether their names came in ascending order so far, so that missing ones can be told. */
  readonly ordered: boolean;
  /** The registry's list is done; tags that are new upstream are being looked for. */
  readonly listedAll: boolean;
}

/** One row a repository: how its tags are, how far the pass over them is, and who is at work on it. */
export interface RepositoryState {
  readonly registry: string;
  readonly repository: string;
  /** The rule it comes under. */
  readonly rule: string;
  /** Records by status; a status nobody has may be missing. */
  readonly counts: Readonly<Partial<Record<TagStatus, number>>>;
  /** The policy the last pass was made with, as text: another one makes a new pass due. */
  readonly policy: string;
  /** A pass that is not finished. */
  readonly pass?: Pass | undefined;
  /** Start of the last finished pass. */
  readonly checkedAt?: Timestamp | undefined;
  /** Whether that pass saw as many tags as the registry counts, and the catalog was whole. */
  readonly listing?:
    | { readonly complete: boolean; readonly message: string; readonly at: Timestamp }
    | undefined;
  /** The earliest `dueAt` of its tags. */
  readonly followUpAt?: Timestamp | undefined;
  /** When superseded manifests are next to be looked at. */
  readonly cleanAt?: Timestamp | undefined;
  /** When a sweep last sent a message for it. */
  readonly queuedAt?: Timestamp | undefined;
  /** Whoever works on the repository; others leave it alone until then. */
  readonly lease?: { readonly holder: string; readonly until: Timestamp } | undefined;
  /** Why the pass cannot go on now. */
  readonly trouble?:
    | { readonly message: string; readonly since: Timestamp; readonly until: Timestamp }
    | undefined;
}

import type { Budget } from "./budget.ts";
import type { Stored } from "./ports.ts";
import type { Refresh, RefreshProgress, RefreshResult } from "./refresh.ts";
import type { Strategy, WantedPlatforms } from "./refresh-policy.ts";
import type { Digest, Pin, RepositoryState, Superseded, TagRecord, TagStatus } from "./tag.ts";
import type { Timestamp } from "./time.ts";

/*
 * The ports of refreshing tags; the rest is in ports.ts, whose words on errors hold here, too.
 */

export interface ListedTag {
  readonly tag: string;
  readonly digest: Digest;
  /** Write or delete is disabled: ACR would refuse to remove it. */
  readonly locked: boolean;
}

export interface ListedManifest {
  readonly digest: Digest;
  readonly tags: readonly string[];
  readonly locked: boolean;
}

/** What a registry itself holds (ACR's own API): never asks an upstream, and never waits for one. */
export interface Cache {
  /** One page of at most 100 tags after `after`, in the registry's order; undefined: no such repository. */
  tags(
    registry: string,
    repository: string,
    after: string | undefined,
  ): Promise<
    { readonly tags: readonly ListedTag[]; readonly next?: string | undefined } | undefined
  >;
  /** One tag as it is listed; undefined: there is none. */
  tag(registry: string, repository: string, tag: string): Promise<ListedTag | undefined>;
  /** How many of each the registry says there are. */
  counts(
    registry: string,
    repository: string,
  ): Promise<{ readonly tags: number; readonly manifests: number } | undefined>;
  /** Takes the tag off; its manifest stays and can be pulled by digest. */
  untag(
    registry: string,
    repository: string,
    tag: string,
  ): Promise<"removed" | "absent" | "locked">;
  /** One page of at most 100 manifests after `after`. */
  manifests(
    registry: string,
    repository: string,
    after: string | undefined,
  ): Promise<
    | { readonly manifests: readonly ListedManifest[]; readonly next?: string | undefined }
    | undefined
  >;
  manifest(
    registry: string,
    repository: string,
    digest: Digest,
  ): Promise<ListedManifest | undefined>;
  /** Removes a manifest and every tag on it. */
  removeManifest(
    registry: string,
    repository: string,
    digest: Digest,
  ): Promise<"removed" | "absent" | "locked">;
}

/** What is in a manifest, as far as refreshing goes. */
export interface ManifestContent {
  /** Of an index; empty for an image. `platform` is "linux/arm64/v8", or "" where none is told. */
  readonly children: readonly { readonly digest: Digest; readonly platform: string }[];
  readonly subject?: Digest | undefined;
}

/** What a pull through the registry was answered. */
export type Pulled =
  | {
      readonly kind: "answered";
      /** For GET: of the bytes, which were compared with the header. */
      readonly digest: Digest;
      /** `X-Azure-Origin: upstream`: the registry does not hold it yet (Azure/acr#862). */
      readonly fromUpstream: boolean;
      /** With GET only. */
      readonly content?: ManifestContent | undefined;
    }
  /** 404 that speaks of the manifest or the repository. */
  | { readonly kind: "absent"; readonly message: string }
  /** Anything else: 401, 403, 424, 429, 5xx, no answer, or one whose digest is wrong. */
  | {
      readonly kind: "couldNotAsk";
      readonly message: string;
      readonly retryAfterSeconds?: number | undefined;
    };

/**
 * Pulling manifests through the registry, as any client does: what is not there yet comes from
 * upstream, and costs it a pull. Never rejects: an answer that could not be had is an answer, too,
 * because many tags go side by side and one must not end the others.
 */
export interface Pulls {
  /** `reference`: a tag or a digest. */
  get(registry: string, repository: string, reference: string): Promise<Pulled>;
  /** Costs no pull; whether it makes ACR store anything is not known. */
  head(registry: string, repository: string, reference: string): Promise<Pulled>;
}

/** One transaction on the rows of a repository. */
export interface TagChange {
  /** The state to write, always, and the ETag it was read with; undefined: there is none yet. */
  readonly state: RepositoryState;
  readonly etag: string | undefined;
  /** At most 98 rows of tags, pins and superseded manifests in all. */
  readonly put?: readonly TagRecord[] | undefined;
  readonly remove?: readonly string[] | undefined;
  readonly pin?: Pin | undefined;
  readonly unpin?: string | undefined;
  readonly superseded?: readonly Superseded[] | undefined;
  readonly cleaned?: readonly Digest[] | undefined;
}

/** Everything known of repositories and tags. Names of tags differ by case. */
export interface TagStore {
  /** One row a repository, by name. */
  states(registry: string): Promise<readonly Stored<RepositoryState>[]>;
  state(registry: string, repository: string): Promise<Stored<RepositoryState> | undefined>;
  /** Records with `after` < tag <= `through`, by code point; either may be left out. */
  range(
    registry: string,
    repository: string,
    after: string | undefined,
    through: string | undefined,
  ): Promise<readonly TagRecord[]>;
  /** Records whose `dueAt` is at or before `now`, at most `limit`. */
  due(
    registry: string,
    repository: string,
    now: Timestamp,
    limit: number,
  ): Promise<readonly TagRecord[]>;
  /** For callers: by repository and tag. `after` continues from an earlier `next`. */
  list(
    registry: string,
    page: {
      readonly repository?: string | undefined;
      readonly status?: TagStatus | undefined;
      readonly limit: number;
      readonly after?: string | undefined;
    },
  ): Promise<{ readonly tags: readonly TagRecord[]; readonly next?: string | undefined }>;
  pins(registry: string, repository: string): Promise<readonly Pin[]>;
  superseded(registry: string, repository: string): Promise<readonly Superseded[]>;
  /** All of the change or none; `stale` unless the state's row is as it was read. Returns its new ETag. */
  write(change: TagChange): Promise<string>;
  /** Removes every row of a repository; nothing happens when there is none. */
  forget(registry: string, repository: string): Promise<void>;
}

/** Refreshes on demand, with their progress and results. */
export interface RefreshStore {
  /** `stale` when there is one already. */
  create(refresh: Refresh): Promise<void>;
  get(id: string): Promise<Stored<Refresh> | undefined>;
  /** `stale` when it moved. Returns the new ETag. */
  update(refresh: Refresh, etag: string): Promise<string>;
  /** Those that have not ended. */
  open(registry: string): Promise<readonly Refresh[]>;
  /** Adds a row for each repository that has none. */
  plan(id: string, repositories: readonly string[], now: Timestamp): Promise<void>;
  progress(id: string): Promise<readonly RefreshProgress[]>;
  progressOf(id: string, repository: string): Promise<RefreshProgress | undefined>;
  /** Progress of one repository and at most 99 results of it, together. Only whoever holds the repository's lease writes. */
  record(id: string, progress: RefreshProgress, results: readonly RefreshResult[]): Promise<void>;
  /** Results of one repository for those tags that have one. */
  resultsOf(
    id: string,
    repository: string,
    tags: readonly string[],
  ): Promise<readonly RefreshResult[]>;
  results(
    id: string,
    page: {
      readonly status?: TagStatus | undefined;
      readonly limit: number;
      readonly after?: string | undefined;
    },
  ): Promise<{ readonly results: readonly RefreshResult[]; readonly next?: string | undefined }>;
  /** Deletes refreshes that ended and were last updated before then, with all their rows; at most ten a run. Returns how many went. */
  prune(registry: string, before: Timestamp): Promise<number>;
}

/** Rows that all workers share; budget-keys tells what they are called. */
export interface Budgets {
  get(key: string): Promise<Budget | undefined>;
  /** Every row that can be read, in any order. */
  list(): Promise<readonly { readonly key: string; readonly budget: Budget }[]>;
  /**
   * Atomically: `change` sees the row (undefined: none yet) and says what to write, if anything, and
   * what to answer. It is called again on what is then there when somebody else wrote meanwhile.
   */
  update<T>(
    key: string,
    change: (held: Budget | undefined) => { readonly put?: Budget | undefined; readonly answer: T },
  ): Promise<T>;
}

/** Requests that a registry's tier allows a minute, shared by all workers. */
export interface Throttle {
  /**
   * Takes `cost` for as many of `units` as there is room for now, and answers how many; where that is
   * fewer, `until` is when there is room again. Never waits.
   */
  take(
    registry: string,
    units: number,
    cost: { readonly reads: number; readonly deletes: number },
  ): Promise<{ readonly granted: number; readonly until?: Timestamp | undefined }>;
  /** The registry answered 429: nothing is granted before then. */
  stop(registry: string, until: Timestamp): Promise<void>;
}

export interface RefreshSettings {
  /** For what a rule's policy leaves open; durations in seconds. */
  readonly defaults: {
    readonly everySeconds: number;
    readonly minimumAgeSeconds: number;
    readonly keepSupersededSeconds: number;
    readonly platforms: WantedPlatforms;
    readonly strategy: Strategy;
  };
  /** Whether tags may be untagged at all. */
  readonly purge: boolean;
  /** Seconds ACR may lag behind upstream by itself (Azure/acr#860: five minutes). */
  readonly lagSeconds: number;
  /** Share of an upstream's limit that is never spent, 0 to 1. */
  readonly reserve: number;
  /** Seconds between sweeps; one later than three of these is overdue. */
  readonly sweepEverySeconds: number;
  /** Seconds after which a message goes on in a further one. */
  readonly messageSeconds: number;
}

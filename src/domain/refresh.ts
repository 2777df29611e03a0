import type { Operation } from "./operation.ts";
import type { Strategy } from "./refresh-policy.ts";
import type { Digest, Pass, TagStatus } from "./tag.ts";
import type { Timestamp } from "./time.ts";

/** What somebody asked to have refreshed. */
export interface RefreshRequest {
  /** Absent: every repository under a rule with a refresh policy. */
  readonly repositories?: readonly string[] | undefined;
  /** Patterns; absent: those of the rule. */
  readonly tags?: readonly string[] | undefined;
  /** Only say what would be done. */
  readonly dryRun: boolean;
  /** Absent: the rule's. */
  readonly strategy?: Strategy | undefined;
}

/** A refresh on demand: an operation, and what it is to do. */
export interface Refresh {
  readonly operation: Operation;
  readonly request: RefreshRequest;
  /** Who asked. */
  readonly by: string;
  /** Whether its repositories have been found and are all recorded. */
  readonly planned: boolean;
}

/** How far a refresh is in one repository. Written together with the results it counts. */
export interface RefreshProgress {
  readonly repository: string;
  readonly status: "waiting" | "running" | "done" | "failed";
  /** Its pass over the tags, once it has begun. */
  readonly pass?: Pass | undefined;
  /** Whether that pass is over; some tags may still be on the ladder. */
  readonly passed: boolean;
  /** Results by status. */
  readonly counts: Readonly<Partial<Record<TagStatus, number>>>;
  /** Why it failed. */
  readonly message?: string | undefined;
  readonly updatedAt: Timestamp;
}

/** What a refresh found, did, or (dry run) would do with one tag. */
export interface RefreshResult {
  readonly repository: string;
  readonly tag: string;
  readonly status: TagStatus;
  readonly reason: string;
  readonly cached?: Digest | undefined;
  readonly upstream?: Digest | undefined;
  /** The step that a dry run says would come next. */
  readonly wouldDo?: string | undefined;
  /** Set once the registry was seen to serve `digest` itself, every wanted platform included. */
  readonly proof?:
    | { readonly digest: Digest; readonly platforms: readonly string[]; readonly at: Timestamp }
    | undefined;
  readonly at: Timestamp;
}

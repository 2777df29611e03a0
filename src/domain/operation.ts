import type { AnnouncementName } from "./announcement.ts";
import type { Problem } from "./errors.ts";
import type { TagStatus } from "./tag.ts";
import type { Timestamp } from "./time.ts";

type OperationStatus = "NotStarted" | "Running" | "Succeeded" | "Failed" | "Canceled";
export type OperationKind = "createRule" | "changeRule" | "deleteRule" | "refresh" | "rotate";

/** How far a refresh has come: counted when it is asked for, never stored. */
export interface OperationProgress {
  /** A whole number; 100 only once the operation is final. */
  readonly percent: number;
  readonly repositories: { readonly total: number; readonly done: number; readonly failed: number };
  /** By status. */
  readonly tags: Readonly<Partial<Record<TagStatus, number>>>;
}

/** A long-running request that a caller can poll. Its id starts with its registry's name and a hyphen. */
export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly registry: string;
  /** Name of the rule or credential set it is about; of a refresh, its own id. */
  readonly resource: string;
  readonly status: OperationStatus;
  readonly createdAt: Timestamp;
  readonly updatedAt: Timestamp;
  readonly error?: Problem | undefined;
  /** What was done, for a person: "2 repositories deleted". */
  readonly result?: string | undefined;
  /** Of a refresh that was read. */
  readonly progress?: OperationProgress | undefined;
}

export type HistoryEvent =
  | Uncapitalize<AnnouncementName>
  | "requested"
  | "approved"
  | "rejected"
  | "changed"
  | "deleteRequested"
  | "activated"
  | "failed"
  | "deleted"
  | "forgotten"
  | "expired"
  | "driftFound"
  | "driftEnded"
  | "adopted"
  | "refreshRequested"
  | "refreshed"
  | "refreshFailed"
  | "adoptedEarly"
  | "gone"
  | "superseded"
  | "pinned"
  | "unpinned";

/** One line of who did what. Never changed once written. */
export interface HistoryEntry {
  readonly at: Timestamp;
  readonly registry: string;
  /** Name of the rule or credential set; where none is known, the repository or the refresh. */
  readonly resource: string;
  readonly event: HistoryEvent;
  /** Caller's name, or "larder" for its own doing. */
  readonly by: string;
  readonly message: string;
}

/** The registry an operation id belongs to (registry names are alphanumeric, so the first hyphen ends it). */
export function registryOfOperation(id: string): string {
  return id.split("-", 1)[0] ?? "";
}

/** Whether an operation has reached a status that never changes again. */
export function isFinal(operation: Operation): boolean {
  return (
    operation.status === "Succeeded" ||
    operation.status === "Failed" ||
    operation.status === "Canceled"
  );
}

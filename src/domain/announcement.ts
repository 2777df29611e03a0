import type { Timestamp } from "./time.ts";

/*
 * What Larder tells about tokens, as history, as log lines and as events. The names are fixed:
 * alerts and workbooks are built on them.
 */

/** alarm: somebody must act, or pulls will fail. warning: something stays undone, and is safe. info: it went on. */
type Severity = "info" | "warning" | "alarm";

export const announcementNames = {
  SetCreated: "info",
  RotationAdopted: "info",
  RotationReleased: "info",
  RotationStarted: "info",
  TokenCreated: "info",
  TokenTested: "info",
  TokenPromoted: "info",
  TokenConfirmed: "info",
  OldTokenDisabled: "info",
  OldTokenDeleted: "info",
  RotationEnded: "info",
  /** Somebody else wrote the live secret. */
  LiveTokenReplaced: "info",
  /** Assisted: a person is to make a token and to put it into the pending secret. */
  TokenNeeded: "warning",
  /** Assisted: a person is to revoke the old token. */
  RevocationNeeded: "warning",
  /** Managed: the old token could not be disabled or deleted; its own expiry is the backstop. */
  RevocationFailed: "warning",
  /** The new token works, but its `last_used` does not move. */
  NewTokenNotSeen: "warning",
  /** The live secret has no expiry, so nobody knows when it ends. */
  ExpiryUnknown: "warning",
  /** A token that a person made may do more than this deployment lets a token do. */
  ScopeTooWide: "warning",
  /** 14, 7, 3 and 1 days before the end, though it should have been renewed by then. */
  TokenExpiresSoon: "alarm",
  TokenExpired: "alarm",
  /** Docker Hub refuses what the live secret holds. */
  LiveTokenRefused: "alarm",
  CredentialSetUnhealthy: "alarm",
  /** A step could not be done; it is tried again. */
  RotationStepFailed: "alarm",
  /** It stands until a person has done something. */
  RotationBlocked: "alarm",
  RotationRolledBack: "alarm",
  RotationFailed: "alarm",
  /** For more than a day nobody has got through with what is to be done for a set. */
  RotationOverdue: "alarm",
  /** The old token is used although the live secret holds the new one: somebody else has it. */
  OldTokenInUse: "alarm",
} as const satisfies Record<string, Severity>;

export type AnnouncementName = keyof typeof announcementNames;

/** One thing told. Never holds a secret. */
export interface Announcement {
  /** Unique; the event's id, so that who hears it twice can tell. */
  readonly id: string;
  readonly name: AnnouncementName;
  readonly at: Timestamp;
  readonly registry: string;
  readonly credentialSet: string;
  /** One or two sentences: what happened, and what to do. */
  readonly message: string;
  /** Whose doing it is; Larder's own when absent. */
  readonly by?: string | undefined;
  readonly rotation?: string | undefined;
  readonly tokenUuid?: string | undefined;
  readonly daysLeft?: number | undefined;
}

export function severityOf({ name }: Pick<Announcement, "name">): Severity {
  return announcementNames[name];
}

import type { AnnouncementName } from "../domain/announcement.ts";
import type { Ports } from "../domain/ports.ts";
import type { Rotation, RotationRecord } from "../domain/rotation.ts";
import type { HubSession } from "../domain/rotation-ports.ts";
import type { RotationDesk } from "./rotation-desk.ts";

/** What the work on a credential set's token needs. */
export type RotationPorts = Pick<
  Ports,
  | "accessTokens"
  | "ambient"
  | "announcer"
  | "cacheRules"
  | "credentialSets"
  | "credentialSetWriter"
  | "grants"
  | "history"
  | "hubLogins"
  | "pulls"
  | "registries"
  | "rotationOutbox"
  | "rotations"
  | "rotationSettings"
  | "rules"
  | "secrets"
  | "tags"
  | "upstreams"
  | "vault"
>;

/** One run of a worker on one credential set. */
export interface RotationSite {
  readonly ports: RotationPorts;
  readonly desk: RotationDesk;
  /** A session that may manage the account's tokens, kept for the run; see hub-session. */
  hub(): Promise<HubSession>;
}

/** Something to tell, before it has an id and a time. */
export interface Told {
  readonly name: AnnouncementName;
  readonly message: string;
  readonly by?: string | undefined;
  readonly tokenUuid?: string | undefined;
  readonly daysLeft?: number | undefined;
}

/** What a step came to: written in one go. */
export interface StepOutcome {
  /** With a new `state` the rotation is in it; without `nextAt` it is gone on with at once. */
  readonly change: Partial<Rotation>;
  readonly record?: Partial<RotationRecord> | undefined;
  readonly tell?: readonly Told[] | undefined;
  /** What keeps it from going on for now, though nothing failed. */
  readonly hold?:
    | { readonly code: string; readonly message: string; readonly tell?: AnnouncementName }
    | undefined;
}

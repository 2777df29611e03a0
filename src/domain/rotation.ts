import type { Announcement } from "./announcement.ts";
import type { Problem } from "./errors.ts";
import type { RotationPolicy } from "./rotation-policy.ts";
import type { Timestamp } from "./time.ts";

/**
 * facts/docker-hub.md section 6. Until `promoted` the live secret holds the old token; from `confirmed` on
 * the new one was seen in use and only the old one is left to be retired, so that another
 * rotation may begin beside it. So it may beside one that is `unproved`: the new token is live and works, but ACR was not
 * seen to use it in time; its old token stays until it, or a later one, is proved.
 *
 * waiting (assisted: for a person's token) or creating → stored → tested → promoted (→ unproved) → confirmed →
 * quiesced → disabled → done; or rollingBack → discarding → failed; or discarding → failed.
 */
export const rotationStates = [
  "waiting",
  "creating",
  "stored",
  "tested",
  "promoted",
  "unproved",
  "confirmed",
  "quiesced",
  "disabled",
  "done",
  "rollingBack",
  "discarding",
  "failed",
] as const;
export type RotationState = (typeof rotationStates)[number];

export const rotationTriggers = ["schedule", "event", "request", "adoption"] as const;
export type RotationTrigger = (typeof rotationTriggers)[number];

export const tokenKinds = ["personal", "organization", "password"] as const;
/** What a login turned out to be made with. */
export type TokenKind = (typeof tokenKinds)[number];

/** Why a rotation does not go on. It is tried again by itself, and told when it begins and once a day. */
export interface Hold extends Problem {
  readonly since: Timestamp;
  /** Only a person can mend it. */
  readonly blocked?: boolean | undefined;
  /** When it was last told; absent: not yet. */
  readonly told?: Timestamp | undefined;
  /** The problem that was told then, which may have been another one. */
  readonly toldCode?: string | undefined;
  /** Tries that failed without a break, whatever the problem; 0: nothing failed, it only waits for something. */
  readonly tries: number;
}

/** The journal of one rotation: what was done, so that any worker can go on. Holds no token. */
export interface Rotation {
  /** Also the operation's id: "contoso-mfzwizltovzwk4q2mfzwizlto4". */
  readonly id: string;
  readonly state: RotationState;
  /** When it came into this state. */
  readonly since: Timestamp;
  readonly trigger: RotationTrigger;
  /** Caller's name, or "larder". */
  readonly by: string;
  readonly reason?: string | undefined;
  readonly startedAt: Timestamp;
  readonly updatedAt: Timestamp;
  /** When it is gone on with. */
  readonly nextAt: Timestamp;
  /** Whether ACR called the set healthy, and whether the canary could be pulled, before anything was changed. */
  readonly healthyBefore?: boolean | undefined;
  readonly canaryBefore?: boolean | undefined;
  /** Of the token that the live secret held before; absent when it was none of Docker's, or dead. */
  readonly oldUuid?: string | undefined;
  /** Version of the live secret then; absent when there was none. */
  readonly oldVersion?: string | undefined;
  readonly oldExpiresAt?: Timestamp | undefined;
  readonly newUuid?: string | undefined;
  readonly newKind?: TokenKind | undefined;
  readonly newExpiresAt?: Timestamp | undefined;
  /** Version of the pending secret that holds the new token. */
  readonly pendingVersion?: string | undefined;
  /** Version of the live secret that holds the new token. */
  readonly newVersion?: string | undefined;
  /** Docker Hub's clear refusals of the new token began then. */
  readonly refusedSince?: Timestamp | undefined;
  readonly testedAt?: Timestamp | undefined;
  readonly promotedAt?: Timestamp | undefined;
  /** ACR was made to read the secret again. */
  readonly touchedAt?: Timestamp | undefined;
  readonly confirmedAt?: Timestamp | undefined;
  /** From when the old token must have been quiet: confirmation, its last use since, or a disabling taken back. */
  readonly quietSince?: Timestamp | undefined;
  /** Larder is about to disable the old token, or has: only then does it enable that again. */
  readonly disablingAt?: Timestamp | undefined;
  readonly disabledAt?: Timestamp | undefined;
  readonly endedAt?: Timestamp | undefined;
  readonly hold?: Hold | undefined;
  /** Why it failed. */
  readonly failure?: Problem | undefined;
  /** Names of warnings that were given and need not be repeated. */
  readonly said?: readonly string[] | undefined;
}

/** What Larder last saw of the live secret. */
export interface LiveToken {
  /** Version of the live secret. */
  readonly version: string;
  readonly kind?: TokenKind | undefined;
  readonly uuid?: string | undefined;
  readonly expiresAt?: Timestamp | undefined;
  /** When Larder put it there; absent: somebody else did. */
  readonly since?: Timestamp | undefined;
  /** When Docker Hub first refused it, and has ever since. */
  readonly refusedAt?: Timestamp | undefined;
  /** Whether Docker Hub takes it; unknown: it could not be asked, or refused it for the first time just now. */
  readonly works: "yes" | "no" | "unknown";
  readonly checkedAt: Timestamp;
}

/** A rotation that somebody asked for and no worker has begun yet. */
export interface AskedRotation {
  /** The rotation's id to be. */
  readonly id: string;
  readonly at: Timestamp;
  readonly trigger: RotationTrigger;
  /** Also when the token is not due. */
  readonly force: boolean;
  readonly by: string;
  readonly reason?: string | undefined;
}

/** A credential set that Larder keeps signed in: one row. */
export interface RotationRecord {
  readonly registry: string;
  /** Name of the credential set, as ACR spells it. */
  readonly name: string;
  readonly loginServer: string;
  /** URLs of the set's secrets, without version. */
  readonly usernameSecretId: string;
  readonly passwordSecretId: string;
  readonly policy: RotationPolicy;
  readonly adoptedAt: Timestamp;
  readonly adoptedBy: string;
  /** Larder made the set, or is making it. */
  readonly creates?: true | undefined;
  readonly live?: LiveToken | undefined;
  /** When Larder itself last used what the live or the pending secret holds: such a use proves nothing. */
  readonly ownUseAt?: Timestamp | undefined;
  /** Rises with every request that changes what is renewed, and how; a worker that sees it move begins anew. */
  readonly revision?: number | undefined;
  readonly asked?: AskedRotation | undefined;
  /** Not ended, oldest first. At most one of them is before `confirmed` and not `unproved`. */
  readonly rotations: readonly Rotation[];
  /** Ended, newest first, at most ten. */
  readonly ended: readonly Rotation[];
  /** No rotation begins by itself before then: one failed. */
  readonly notBefore?: Timestamp | undefined;
  /** An event, or somebody, asked for a look that has not been taken yet. */
  readonly hintedAt?: Timestamp | undefined;
  /** What keeps Larder from looking at the set, outside of any rotation. */
  readonly hold?: Hold | undefined;
  /** Which alarms the present live version had. */
  readonly alarmed: { readonly version: string; readonly names: readonly string[] };
  /** When the last whole look at the set ended. */
  readonly lookedAt?: Timestamp | undefined;
  /** When the next whole look is due. */
  readonly lookAt: Timestamp;
  /** When to work on it next: the earliest of all that is waited for. */
  readonly nextAt: Timestamp;
  readonly lease?: { readonly holder: string; readonly until: Timestamp } | undefined;
  /** Told to nobody yet. */
  readonly unsaid: readonly Announcement[];
  /** In the history already, but not announced; at most the newest fifty. */
  readonly unpublished: readonly Announcement[];
  /** The topic did not answer: what it was not told then is told again not before this. */
  readonly tellAfter?: Timestamp | undefined;
}

const retiring: readonly RotationState[] = ["confirmed", "quiesced", "disabled"];
const final: readonly RotationState[] = ["done", "failed"];

/** Whether the new token is in use and only the old one is left to be dealt with. */
export function isRetiring({ state }: Rotation): boolean {
  return retiring.includes(state);
}

export function hasEnded({ state }: Rotation): boolean {
  return final.includes(state);
}

/** Whether another rotation may begin beside it: its token is live, and what is left is to prove it, or its old one's retirement. */
export function isAside(rotation: Rotation): boolean {
  return rotation.state === "unproved" || isRetiring(rotation);
}

/** The rotation that nothing else may begin beside, if there is one. */
export function runningRotation({ rotations }: RotationRecord): Rotation | undefined {
  return rotations.find((one) => !isAside(one) && !hasEnded(one));
}

/** The name that tokens and secrets of a set carry: "contoso/docker-hub". Registry names are unique in the world. */
export function ownerOf({ registry, name }: Pick<RotationRecord, "registry" | "name">): string {
  return `${registry}/${name}`.toLowerCase();
}

/** Where a set's next token waits: the live secret's URL and "-pending". */
export function pendingSecretId({
  passwordSecretId,
}: Pick<RotationRecord, "passwordSecretId">): string {
  return `${passwordSecretId}-pending`;
}

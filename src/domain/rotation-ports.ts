import type { Announcement } from "./announcement.ts";
import type { CredentialSet } from "./credential-set.ts";
import type { Problem } from "./errors.ts";
import type { Stored } from "./ports.ts";
import type { RotationRecord, TokenKind } from "./rotation.ts";
import type { TokenScope } from "./rotation-policy.ts";
import type { Secret } from "./secret.ts";
import type { Timestamp } from "./time.ts";

/*
 * The ports of renewing tokens; the rest is in ports.ts, whose words on errors hold here, too.
 */

/** A record that this version of Larder does not understand: a newer one wrote it, or somebody's hand. */
export interface UnreadableRotation {
  /** Of the credential set, in lower case. */
  readonly name: string;
  /** `RowUnreadable`, with the remedy. */
  readonly problem: Problem;
}

/** The credential sets that Larder keeps signed in. Names are compared without case. */
export interface RotationStore {
  /** By name. One that cannot be read hides no other. */
  list(registry: string): Promise<{
    readonly records: readonly Stored<RotationRecord>[];
    readonly unreadable: readonly UnreadableRotation[];
  }>;
  /** `refused` `RowUnreadable` when this version does not understand it. */
  get(registry: string, name: string): Promise<Stored<RotationRecord> | undefined>;
  /** `etag` undefined: must not exist yet. `stale` when it moved. Returns the new ETag. */
  write(record: RotationRecord, etag: string | undefined): Promise<string>;
  /** `stale` when it moved; resolves when there is none. */
  remove(registry: string, name: string, etag: string): Promise<void>;
}

/** A version of a secret, with what its tags say. */
export interface HeldSecret {
  readonly version: string;
  /** Absent while the version is disabled: nobody can read it. */
  readonly value?: Secret | undefined;
  readonly expiresAt?: Timestamp | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Secrets with their versions; the newest version is the live one, there is no other mark (facts/docker-hub.md section 6). */
export interface Secrets {
  /** The newest version, or the one named; undefined when there is none (a deleted secret has none). */
  get(secretId: string, version?: string): Promise<HeldSecret | undefined>;
  /**
   * Writes a new version and returns its name. Not atomic with anything: two writers make two versions.
   * `conflict` when a deleted secret of that name has not been purged or recovered.
   */
  put(
    secretId: string,
    value: Secret,
    about: {
      readonly tags: Readonly<Record<string, string>>;
      readonly expiresAt?: Timestamp | undefined;
    },
  ): Promise<string>;
  /** Replaces the tags of a version. `missing` when there is none. */
  tag(secretId: string, version: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Makes a version unreadable. Resolves also when it is so already, or is not there. */
  disable(secretId: string, version: string): Promise<void>;
}

/** A session of an account at Docker Hub. Opaque; lives for minutes. */
export interface HubSession {
  readonly bearer: Secret;
  readonly until: Timestamp;
}

/** Why Docker Hub opened no session. `message`: a sentence for a person with the remedy, free of secrets. */
export interface LoginRefusal {
  readonly kind: "passwordRefused" | "secondFactorNeeded" | "secondFactorRefused";
  readonly message: string;
}

/** Whose login it is, read from the session that Docker Hub opened for it. */
export interface Identification {
  readonly kind: TokenKind;
  /** Of a token; absent where the session does not name it. */
  readonly uuid?: string | undefined;
  /** Docker Hub's own spelling: a token is taken under any user name (trufflehog#4099). */
  readonly username?: string | undefined;
  /** As the session names them; empty when it names none. */
  readonly scopes: readonly string[];
}

/** Logins at Docker Hub's API. `unavailable` for 429 (with its wait), 5xx and no answer. */
export interface HubLogins {
  /** A session that may manage the account's tokens, from its password and, with two-factor login, its TOTP seed (base32, or an otpauth:// URI). */
  signIn(
    account: string,
    password: Secret,
    totpSeed: Secret | undefined,
  ): Promise<{ readonly kind: "session"; readonly session: HubSession } | LoginRefusal>;
  /** Whose password or token that is. undefined: Docker Hub refuses it, clearly. */
  identify(account: string, password: Secret): Promise<Identification | undefined>;
}

export interface AccessToken {
  readonly uuid: string;
  readonly label: string;
  readonly active: boolean;
  readonly scopes: readonly string[];
  readonly createdAt?: Timestamp | undefined;
  /** Absent: never. */
  readonly expiresAt?: Timestamp | undefined;
  /** Absent: never, as far as Docker Hub shows. */
  readonly lastUsedAt?: Timestamp | undefined;
}

/**
 * The personal access tokens of a session's account. `unavailable` for 429, 5xx and no answer, `lacksRight` for 401 and 403.
 */
export interface AccessTokens {
  /** All of them, page after page. `unavailable` when a page cannot be read: a part is never taken for the whole. */
  list(session: HubSession): Promise<readonly AccessToken[]>;
  /**
   * Makes one. Sent once, never again by itself: a lost answer leaves a token that only its label tells.
   * `refused` with Docker's words: a bad request, or as many tokens as the account may have.
   */
  create(
    session: HubSession,
    wish: { readonly label: string; readonly scope: TokenScope; readonly expiresAt: Timestamp },
  ): Promise<{
    readonly uuid: string;
    readonly value: Secret;
    readonly expiresAt?: Timestamp | undefined;
  }>;
  /** Enables or disables; both can be taken back. `missing` when there is no such token. */
  setActive(session: HubSession, uuid: string, active: boolean): Promise<void>;
  /** Deletes for good. Resolves also when there is none any more. */
  remove(session: HubSession, uuid: string): Promise<void>;
}

/** ARM, writing. Each waits for the long-running operation; `unavailable` if it outlasts the adapter's patience. */
export interface CredentialSetWriter {
  /** Makes a set with an identity of its own; repeats are harmless. */
  create(
    registry: string,
    name: string,
    set: Pick<CredentialSet, "loginServer" | "usernameSecretId" | "passwordSecretId">,
  ): Promise<void>;
  /** Sends the set its own secret ids again, so that ACR reads the secrets anew (facts/acr.md section 1). */
  touch(registry: string, set: CredentialSet): Promise<void>;
}

/** How a vault decides who may read its secrets. */
export type VaultModel = "roles" | "accessPolicies" | "unknown";

/** Rights on vault secrets, for credential sets' own identities. */
export interface Grants {
  /**
   * Lets an identity read secrets; repeats are harmless. `granted`: it has the role, now or already, which
   * takes up to ten minutes to work. `notOurs`: this deployment does not know the ARM id of a vault, or may
   * not assign roles there. `accessPolicies`: a vault uses those, not roles. With the last two some of the
   * secrets may have been granted. `unavailable` also while Entra does not know a new identity yet.
   */
  grant(
    principalId: string,
    secretIds: readonly string[],
  ): Promise<"granted" | "notOurs" | "accessPolicies">;
  /**
   * Of the vault of each secret, in their order. `unknown`: this deployment does not know the vault's ARM id, or
   * cannot read the vault now, for whatever reason; never rejects, since it only helps to say what a person is to do.
   */
  model(secretIds: readonly string[]): Promise<readonly VaultModel[]>;
}

/** Tells the world. Repeats are possible; the announcement's id tells them. */
export interface Announcer {
  /** Writes a log line each, and publishes an event each where a topic is set. Rejects when the topic could not be told. */
  announce(announcements: readonly Announcement[]): Promise<void>;
}

export interface RotationSettings {
  /** For what a policy leaves open; ISO 8601 durations. */
  readonly defaults: {
    readonly lifetime: string;
    readonly renewBefore: string;
    readonly grace: string;
    readonly retention: string;
  };
  /** No shorter grace or retention is taken; seconds. */
  readonly minimumGraceSeconds: number;
  readonly maximumLifetimeSeconds: number;
  readonly maximumScope: TokenScope;
  /** Names of vaults, lower case, in which Larder may write secrets of sets it makes, besides those that sets have already. */
  readonly vaultsForNewSets: readonly string[];
  /** Vault with the passwords of Docker accounts: "https://rotator.vault.azure.net"; absent: that of the set's own secrets. */
  readonly rotatorVault?: string | undefined;
  /** Seconds that a promoted token may fail to be proved before the old one is put back. */
  readonly confirmSeconds: number;
  /** Seconds that a worker has a set to itself; each write begins them anew. */
  readonly leaseSeconds: number;
  /** Seconds after a failed rotation before the next begins by itself. */
  readonly cooldownSeconds: number;
  /** Whether the new token's `last_used` must move before the old one is retired. */
  readonly lastUsed: "require" | "ignore";
  /** Seconds between sweeps; one later than three of these is overdue. */
  readonly sweepEverySeconds: number;
}

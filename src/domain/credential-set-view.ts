import type { CredentialSet } from "./credential-set.ts";
import type { Problem } from "./errors.ts";
import type { LiveToken, RotationRecord } from "./rotation.ts";
import type { RotationPolicy } from "./rotation-policy.ts";
import type { Timestamp } from "./time.ts";

/** What somebody asks of a credential set. What a policy leaves open is filled from the settings. */
export interface CredentialSetRequest {
  /** For a set that is to be made; "docker.io" when absent. */
  readonly loginServer?: string | undefined;
  /** URLs of vault secrets; needed for a set that is to be made, else they must be the set's own. */
  readonly usernameSecretId?: string | undefined;
  readonly passwordSecretId?: string | undefined;
  /** null: Larder no longer renews its token. */
  readonly rotation: (Partial<RotationPolicy> & Pick<RotationPolicy, "mode" | "account">) | null;
}

/** Whether the set's own identity may read its secrets. */
export interface SetAccess {
  readonly state: "granted" | "needed" | "unknown";
  /** Shell commands, any one of them that fits, that grant it: the one where it is known how the vaults decide. */
  readonly commands: readonly string[];
}

/** A credential set as a reader sees it: what ACR shows, and what Larder does with its token. */
export interface CredentialSetView {
  readonly registry: string;
  readonly name: string;
  /** Absent while ACR has none: it is being made, or somebody deleted it. */
  readonly set?: CredentialSet | undefined;
  /** What to do about its health; absent when nothing is to be done. */
  readonly remedy?: string | undefined;
  readonly access: SetAccess;
  /** Absent: Larder does not renew its token. */
  readonly record?: RotationRecord | undefined;
  /** Larder has a record of it, which cannot be read: whether and how it renews the token is not known. */
  readonly unreadable?: Problem | undefined;
  /** Of the record's row; "" without one. */
  readonly etag: string;
  /** What is known of a live secret that Larder does not renew: its expiry, as the vault has it. Only where one set is read. */
  readonly unrenewed?: LiveToken | undefined;
  /** Days until the live token ends, rounded down, negative when it has; absent when unknown, and in a list of a set that Larder does not renew. */
  readonly daysLeft?: number | undefined;
  /** Where the rotation stands, in a sentence; absent without a record. */
  readonly state?: string | undefined;
  /** What comes next, and when. */
  readonly next?: { readonly what: string; readonly at?: Timestamp | undefined } | undefined;
  /** What a person is to do, most urgent first. */
  readonly toDo: readonly string[];
  /** What the answer to a request has to say besides. */
  readonly notes: readonly string[];
}

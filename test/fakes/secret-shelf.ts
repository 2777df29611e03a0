import { createHash } from "node:crypto";
import type { Timestamp } from "../../src/domain/time.ts";
import type { VirtualClock } from "./clock.ts";

/** A version as it lies in the vault. */
interface ShelfVersion {
  /** 32 hexadecimal digits, the same in every run, in no order. */
  readonly version: string;
  readonly value: string;
  readonly enabled: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** Whole seconds, as Key Vault keeps it. */
  readonly expiresAt?: Timestamp | undefined;
  readonly createdAt: Timestamp;
}

interface About {
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly expiresAt?: Timestamp | undefined;
}

/**
 * The secrets of all vaults in the world, without going through a port. They are told apart by their
 * URLs without version and without case.
 */
export interface SecretShelf {
  /** A new version, as a person writes it; of a deleted secret nothing else is left then. Returns its name. */
  seed(secretId: string, value: string, about?: About): string;
  /** Deletes the secret with all versions; until `purge` it can be recovered. */
  drop(secretId: string): void;
  recover(secretId: string): void;
  /** Forgets the secret, deleted or not. */
  purge(secretId: string): void;
  isDeleted(secretId: string): boolean;
  /** Value of the newest version; undefined when it is disabled, or there is none. */
  find(secretId: string): string | undefined;
  /** Oldest first; none of a deleted secret. */
  versions(secretId: string): readonly ShelfVersion[];
  /** Answers whether there was such a version. */
  change(secretId: string, version: string, what: Partial<ShelfVersion>): boolean;
  /** Every version ever written, by whomever, in order; `secretId` without version, as it was written. */
  readonly log: readonly {
    readonly secretId: string;
    readonly version: string;
    readonly at: Timestamp;
  }[];
}

interface Held {
  readonly versions: readonly ShelfVersion[];
  readonly deleted: boolean;
}

export function secretShelf(clock: VirtualClock): SecretShelf {
  const held = new Map<string, Held>();
  const log: SecretShelf["log"][number][] = [];
  const versions = (secretId: string) => {
    const found = held.get(keyOf(secretId));
    return found?.deleted === false ? found.versions : [];
  };
  const mark = (secretId: string, deleted: boolean) => {
    const found = held.get(keyOf(secretId));
    if (found) held.set(keyOf(secretId), { ...found, deleted });
  };
  return {
    seed(secretId, value, about = {}) {
      const key = keyOf(secretId);
      const version = nameOf(`${key} ${log.length}`);
      const made = { version, value, enabled: true, createdAt: clock.now(), ...kept(about) };
      held.set(key, { versions: [...versions(secretId), made], deleted: false });
      log.push({ secretId: withoutVersion(secretId), version, at: made.createdAt });
      return version;
    },
    drop: (secretId) => mark(secretId, true),
    recover: (secretId) => mark(secretId, false),
    purge: (secretId) => void held.delete(keyOf(secretId)),
    isDeleted: (secretId) => held.get(keyOf(secretId))?.deleted === true,
    find(secretId) {
      const newest = versions(secretId).at(-1);
      return newest?.enabled ? newest.value : undefined;
    },
    versions,
    change(secretId, version, what) {
      const before = versions(secretId);
      const changed = before.map((one) => (one.version === version ? { ...one, ...what } : one));
      if (changed.length > 0) held.set(keyOf(secretId), { versions: changed, deleted: false });
      return before.some((one) => one.version === version);
    },
    log,
  };
}

const secretUrl = /^(https:\/\/[^/]+\/secrets\/[0-9a-zA-Z-]{1,127})(?:\/([0-9a-zA-Z]*))?\/?$/;

/** Whether it is the URL of a secret at all. */
export const isSecretId = (secretId: string) => secretUrl.test(secretId);

/** The version that a secret's URL names, if it names one. */
export const versionIn = (secretId: string) => secretUrl.exec(secretId)?.[2] || undefined;

const withoutVersion = (secretId: string) => secretUrl.exec(secretId)?.[1] ?? secretId;
const keyOf = (secretId: string) => withoutVersion(secretId).toLowerCase();
const nameOf = (seed: string) => createHash("sha256").update(seed).digest("hex").slice(0, 32);

function kept({ tags = {}, expiresAt }: About) {
  const seconds = expiresAt === undefined ? undefined : Math.trunc(Date.parse(expiresAt) / 1000);
  return {
    tags: { ...tags },
    ...(seconds !== undefined && { expiresAt: new Date(seconds * 1000).toISOString() }),
  };
}

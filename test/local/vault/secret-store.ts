import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";

/** What a caller says about a version; times in Unix seconds. */
export interface VersionProperties {
  readonly contentType?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly enabled?: boolean | undefined;
  readonly nbf?: number | undefined;
  readonly exp?: number | undefined;
}

export interface SecretVersion extends VersionProperties {
  /** 32 hexadecimal digits. */
  readonly version: string;
  readonly value: string;
  readonly enabled: boolean;
  /** Milliseconds, so that versions made in one second keep their order. */
  readonly created: number;
  readonly updated: number;
}

export interface StoredSecret {
  /** As first written; compared without case. */
  readonly name: string;
  /** Oldest first, never empty: the last one is current, whether enabled or not. */
  readonly versions: readonly SecretVersion[];
  /** Milliseconds; present while the secret is soft-deleted. */
  readonly deletedAt?: number | undefined;
  readonly purgeAt?: number | undefined;
}

export const recoverableDays = 90;
const day = 86_400_000;

export interface SecretStore {
  /** The live secret. */
  find(name: string): StoredSecret | undefined;
  findDeleted(name: string): StoredSecret | undefined;
  /** By name; soft-deleted ones whose time is over are gone. */
  list(which: "live" | "deleted"): readonly StoredSecret[];
  /** A new version, current from now on. */
  add(name: string, value: string, properties: VersionProperties): SecretVersion;
  /** Writes a secret whole: after a change of a version, a deletion, a recovery, a restore. */
  replace(secret: StoredSecret): void;
  purge(name: string): void;
}

export function secretStore(clock: Clock): SecretStore {
  const held = new Map<string, StoredSecret>();
  const get = (name: string) => {
    const found = held.get(name.toLowerCase());
    return found?.purgeAt !== undefined && found.purgeAt <= clock.now() ? undefined : found;
  };
  const ofKind = (found: StoredSecret | undefined, deleted: boolean) =>
    (found?.deletedAt !== undefined) === deleted ? found : undefined;
  const replace = (secret: StoredSecret) => void held.set(secret.name.toLowerCase(), secret);
  return {
    find: (name) => ofKind(get(name), false),
    findDeleted: (name) => ofKind(get(name), true),
    list: (which) =>
      [...held.keys()]
        .toSorted()
        .map((key) => ofKind(get(key), which === "deleted"))
        .filter((found) => found !== undefined),
    add(name, value, properties) {
      const before = ofKind(get(name), false);
      const made: SecretVersion = {
        ...properties,
        enabled: properties.enabled ?? true,
        version: randomBytes(16).toString("hex"),
        value,
        created: clock.now(),
        updated: clock.now(),
      };
      replace({ name: before?.name ?? name, versions: [...(before?.versions ?? []), made] });
      return made;
    },
    replace,
    purge: (name) => void held.delete(name.toLowerCase()),
  };
}

/** The current version of a secret. */
export function current(secret: StoredSecret): SecretVersion {
  return secret.versions.at(-1) as SecretVersion;
}

/** The same secret, soft-deleted at this instant. */
export function softDeleted(secret: StoredSecret, now: number): StoredSecret {
  return { ...secret, deletedAt: now, purgeAt: now + recoverableDays * day };
}

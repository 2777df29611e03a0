import type { SecretVersion, StoredSecret } from "./secret-store.ts";
import { current, recoverableDays } from "./secret-store.ts";

/*
 * Key Vault's wire forms (specs: secrets 7.5, SecretBundle and its relatives).
 * `base` is the vault's own address, without a slash at the end.
 */

const seconds = (ms: number) => Math.floor(ms / 1000);

function attributes({ enabled, nbf, exp, created, updated }: SecretVersion) {
  return {
    enabled,
    ...(nbf !== undefined && { nbf }),
    ...(exp !== undefined && { exp }),
    created: seconds(created),
    updated: seconds(updated),
    recoveryLevel: "Recoverable+Purgeable",
    recoverableDays,
  };
}

function metadata(id: string, version: SecretVersion) {
  const { contentType, tags } = version;
  return {
    id,
    attributes: attributes(version),
    ...(contentType !== undefined && { contentType }),
    ...(tags !== undefined && { tags }),
  };
}

/** URL of a version, or of the secret itself. */
export function secretId(base: string, name: string, version?: string): string {
  return [`${base}/secrets/${name}`, ...(version === undefined ? [] : [version])].join("/");
}

/** The only form that shows the value. */
export function secretBundle(base: string, name: string, version: SecretVersion) {
  return { value: version.value, ...versionItem(base, name, version) };
}

/** A version without its value: in the list of versions, and the answer to a change of properties. */
export function versionItem(base: string, name: string, version: SecretVersion) {
  return metadata(secretId(base, name, version.version), version);
}

/** A secret in the list of secrets: the properties of its current version under an id without one. */
export function secretItem(base: string, secret: StoredSecret) {
  return metadata(secretId(base, secret.name), current(secret));
}

function deletion(base: string, { name, deletedAt = 0, purgeAt = 0 }: StoredSecret) {
  return {
    recoveryId: `${base}/deletedsecrets/${name}`,
    deletedDate: seconds(deletedAt),
    scheduledPurgeDate: seconds(purgeAt),
  };
}

/** A deleted secret on its own: the id names the version that was current. */
export function deletedBundle(base: string, secret: StoredSecret) {
  return { ...versionItem(base, secret.name, current(secret)), ...deletion(base, secret) };
}

/** A deleted secret in the list of deleted secrets. */
export function deletedItem(base: string, secret: StoredSecret) {
  return { ...secretItem(base, secret), ...deletion(base, secret) };
}

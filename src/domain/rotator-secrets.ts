import type { RotationRecord } from "./rotation.ts";

/** Where the login of a Docker account lies, for Larder alone: URLs of vault secrets. */
export interface RotatorSecrets {
  readonly passwordId: string;
  /** There only when two-factor login is on. */
  readonly totpSeedId: string;
}

/**
 * Names by convention, so that nobody can have Larder send any other secret to Docker Hub. A Docker ID
 * may hold "_", which the name of a secret may not: it becomes "--".
 */
export function rotatorSecrets(
  { policy, passwordSecretId }: Pick<RotationRecord, "policy" | "passwordSecretId">,
  rotatorVault: string | undefined,
): RotatorSecrets {
  const vault = rotatorVault ?? passwordSecretId.replace(/\/secrets\/.*$/, "");
  const account = policy.account.toLowerCase().replaceAll("_", "--");
  const secret = `${vault}/secrets/docker-hub-${account}`;
  return { passwordId: `${secret}-password`, totpSeedId: `${secret}-totp-seed` };
}

/** Whether a secret's name is one of those, whosesoever login it is. */
export function isRotatorSecret(id: string): boolean {
  return /^docker-hub-.+-(password|totp-seed)$/i.test(secretAddress(id).name);
}

/** A secret's URL without version and final slash, lower case: equal for equal secrets. */
export function sameSecretId(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

const plain = (id: string) =>
  (/^(https:\/\/[^/]+\/secrets\/[^/]+)/.exec(id.toLowerCase())?.[1] ?? id).toLowerCase();

/** "vault contoso" and name of a secret by its URL, for commands and sentences. */
export function secretAddress(id: string): { readonly vault: string; readonly name: string } {
  const url = URL.parse(id);
  return {
    vault: url?.hostname.split(".")[0] ?? "",
    name: url?.pathname.split("/")[2] ?? "",
  };
}

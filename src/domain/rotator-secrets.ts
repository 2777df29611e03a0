import type { RotationRecord } from "./rotation.ts";
import { secretPlace } from "./secret-place.ts";

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
  return /^docker-hub-.+-(password|totp-seed)$/i.test(secretPlace(id)?.secret ?? "");
}

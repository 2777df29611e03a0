import type { RotationPolicy } from "../../src/domain/rotation-policy.ts";
import { rotatorSecrets } from "../../src/domain/rotator-secrets.ts";
import { secretPlace } from "../../src/domain/secret-place.ts";

/** What the vault holds of the Docker account, by the names of its secrets. */
export interface SecretNames {
  readonly user: string;
  /** What ACR reads. */
  readonly token: string;
  /** Where the next token waits (src/domain/rotation.ts). */
  readonly pending: string;
  /** The account's login, for Larder alone, named by its convention. */
  readonly password: string;
  readonly seed: string;
}

/** The two may be one. */
export interface Vaults<T> {
  readonly main: T;
  /** Of the account's login (ROTATOR_VAULT_ID). */
  readonly rotator: T;
}

export const vaultOf = <T>({ main, rotator }: Vaults<T>, one: keyof SecretNames): T =>
  one === "password" || one === "seed" ? rotator : main;

export function secretNames(
  account: string,
  {
    USER_SECRET_NAME: user,
    TOKEN_SECRET_NAME: token,
  }: { readonly USER_SECRET_NAME: string; readonly TOKEN_SECRET_NAME: string },
): SecretNames {
  const passwordSecretId = `https://vault/secrets/${token}`;
  // Of the policy only the account is looked at.
  const policy = { account } as RotationPolicy;
  const own = rotatorSecrets({ policy, passwordSecretId }, undefined);
  const nameOf = (id: string) => secretPlace(id)?.secret ?? "";
  return {
    user,
    token,
    pending: `${token}-pending`,
    password: nameOf(own.passwordId),
    seed: nameOf(own.totpSeedId),
  };
}

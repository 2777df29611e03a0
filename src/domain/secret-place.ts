/** Where a secret lies, by its names. */
export interface SecretPlace {
  /** The vault's host, lower case, with its port unless that is 443: "contoso.vault.azure.net". */
  readonly host: string;
  /** First label of the vault's host, lower case: "contoso". */
  readonly vault: string;
  /** Lower case, as Key Vault compares names. */
  readonly secret: string;
  /** As it was written. */
  readonly version?: string | undefined;
}

export const vaultNamePattern = /^[a-z0-9-]{1,63}$/i;
export const secretNamePattern = /^[a-z0-9-]{1,127}$/i;
export const secretVersionPattern = /^[a-z0-9]{1,64}$/i;

const secretUrl =
  /^https:\/\/(([a-z0-9-]{1,63})(?:\.[a-z0-9-]{1,63}){0,9}(?::(?!443\/)\d{1,5})?)(?::443)?\/secrets\/([a-z0-9-]{1,127})(?:\/([a-z0-9]{1,64}))?\/?$/i;

/**
 * The names in a secret's URL, with or without version; undefined when it is no such URL. For comparing
 * only: whether its host is a vault to be trusted is asked where the secret is read.
 */
export function secretPlace(secretId: string): SecretPlace | undefined {
  const [, host, vault, secret, version] = secretUrl.exec(secretId) ?? [];
  if (host === undefined || vault === undefined || secret === undefined) return undefined;
  return {
    host: host.toLowerCase(),
    vault: vault.toLowerCase(),
    secret: secret.toLowerCase(),
    ...(version !== undefined && { version }),
  };
}

/** Whether two URLs name the same secret, whatever their versions; URLs that name none are equal as text. */
export function sameSecretId(a: string, b: string): boolean {
  const [first, second] = [secretPlace(a), secretPlace(b)];
  if (!first || !second) return a.toLowerCase() === b.toLowerCase();
  return first.host === second.host && first.secret === second.secret;
}

import { LarderError } from "../domain/errors.ts";

/** Where a secret may be read from. */
export interface TrustedVaults {
  /** Endings of vault hosts: ".vault.azure.net". One label stands before them: the vault's name. */
  readonly suffixes: readonly string[];
  /** Other hosts, with port: "localhost:8443". For local use; their challenges are not checked against the host. */
  readonly hosts: readonly string[];
}

interface SecretAddress {
  /** "https://contoso.vault.azure.net" */
  readonly vaultUrl: string;
  readonly name: string;
  readonly version: string | undefined;
  /** Whether the vault is one of `hosts`. */
  readonly local: boolean;
}

/**
 * The parts of a secret's URL. `refused` when it is none, or when its host is not a trusted vault:
 * the URL comes from ARM, and whoever may write there must not have our token sent elsewhere.
 */
export function parseSecretId(secretId: string, { suffixes, hosts }: TrustedVaults): SecretAddress {
  const url = URL.parse(secretId);
  const [, name, version] =
    /^\/secrets\/([0-9a-zA-Z-]{1,127})(?:\/([0-9a-zA-Z]{1,64}))?\/?$/.exec(url?.pathname ?? "") ??
    [];
  const plain = url?.protocol === "https:" && !url.username && !url.password && !url.search;
  if (!url || !plain || name === undefined)
    throw refused("SecretIdInvalid", `"${shown(url)}" is not the URL of a Key Vault secret.`);
  const local = hosts.includes(url.host);
  const trusted = suffixes.some(
    (suffix) => url.host.endsWith(suffix) && /^[a-z0-9-]+$/.test(url.host.slice(0, -suffix.length)),
  );
  if (!local && !trusted)
    throw refused(
      "VaultNotTrusted",
      `Secrets are not read from ${url.host}: the settings VAULT_SUFFIXES and VAULT_HOSTS name the vaults that are trusted.`,
    );
  return { vaultUrl: url.origin, name, version, local };
}

/** Without user, password and query, which may hold a secret. */
function shown(url: URL | null): string {
  return url ? `${url.protocol}//${url.host}${url.pathname}` : "the given text";
}

function refused(code: string, message: string): LarderError {
  return new LarderError("refused", { code, message });
}

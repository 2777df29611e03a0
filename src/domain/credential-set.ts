import { sameName } from "./cache-rule.ts";

/** Health of a credential set as ACR itself reports it; "Unknown" when the answer carries none. */
interface CredentialHealth {
  readonly status: "Healthy" | "Unhealthy" | "Unknown";
  /** ACR's code, e.g. "Forbidden". No list of codes is documented (facts/acr.md section 1). */
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
}

/** A credential set of a registry: where ACR finds the user name and password for one upstream. */
export interface CredentialSet {
  readonly name: string;
  /** The upstream it is for: "docker.io". */
  readonly loginServer: string;
  /** Vault secret URLs, normally without a version: "https://v.vault.azure.net/secrets/user". */
  readonly usernameSecretId: string;
  readonly passwordSecretId: string;
  readonly health: CredentialHealth;
  /** The set's own system-assigned identity, which needs `get` on the two secrets. */
  readonly principalId?: string | undefined;
  readonly provisioningState: string;
}

/** The set of that name, without regard to case. */
export function setByName(sets: readonly CredentialSet[], name: string): CredentialSet | undefined {
  return sets.find((one) => sameName(one.name, name));
}

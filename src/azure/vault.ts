import type { TokenCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import { LarderError } from "../domain/errors.ts";
import type { Vault } from "../domain/ports.ts";
import { secret } from "../domain/secret.ts";
import { ask, noSdkRetries } from "./ask.ts";
import { parseSecretId, type TrustedVaults } from "./secret-id.ts";

/** Secrets from Key Vault, one client a vault. A value leaves here only inside a `Secret`. */
export function vault(trusted: TrustedVaults, credential: TokenCredential): Vault {
  const clients = new Map<string, SecretClient>();
  const clientFor = (vaultUrl: string, local: boolean) => {
    const client =
      clients.get(vaultUrl) ??
      new SecretClient(vaultUrl, credential, {
        retryOptions: noSdkRetries,
        disableChallengeResourceVerification: local,
      });
    clients.set(vaultUrl, client);
    return client;
  };
  return {
    async read(secretId) {
      const { vaultUrl, name, version, local } = parseSecretId(secretId, trusted);
      const client = clientFor(vaultUrl, local);
      const { value } = await ask(`read secret ${name} of ${vaultUrl}`, (abortSignal) =>
        client.getSecret(name, { abortSignal, ...(version !== undefined && { version }) }),
      );
      if (value !== undefined) return secret(value);
      throw new LarderError("missing", {
        code: "SecretNotFound",
        message: `Secret ${name} of ${vaultUrl} has no value.`,
      });
    },
  };
}

import { LarderError } from "../domain/errors.ts";
import type { Vault } from "../domain/ports.ts";
import { secret } from "../domain/secret.ts";
import { ask } from "./ask.ts";
import type { VaultClients } from "./vault-clients.ts";

/** Secrets from Key Vault, as they are now. A value leaves here only inside a `Secret`. */
export function vault(clients: VaultClients): Vault {
  return {
    async read(secretId) {
      const { client, name, version, shown } = clients.secret(secretId);
      const { value } = await ask(`read ${shown}`, (abortSignal) =>
        client.getSecret(name, { abortSignal, ...(version !== undefined && { version }) }),
      );
      if (value !== undefined) return secret(value);
      throw new LarderError("missing", {
        code: "SecretNotFound",
        message: `There is no value in ${shown}.`,
      });
    },
  };
}

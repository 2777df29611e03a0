import { LarderError } from "../../src/domain/errors.ts";
import type { Vault } from "../../src/domain/ports.ts";
import { secret } from "../../src/domain/secret.ts";

export interface FakeVault extends Vault {
  put(secretId: string, value: string): void;
  delete(secretId: string): void;
  /** Without going through the port. */
  find(secretId: string): string | undefined;
}

export function fakeVault(): FakeVault {
  const values = new Map<string, string>();
  return {
    put: (secretId, value) => void values.set(secretId, value),
    delete: (secretId) => void values.delete(secretId),
    find: (secretId) => values.get(secretId),
    async read(secretId) {
      const value = values.get(secretId);
      if (value !== undefined) return secret(value);
      throw new LarderError("missing", {
        code: "SecretNotFound",
        message: `There is no secret at ${secretId}.`,
        target: secretId,
      });
    },
  };
}

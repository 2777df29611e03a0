import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import { LarderError } from "../domain/errors.ts";
import { noSdkRetries } from "./ask.ts";
import { keepRefusals } from "./refused-body.ts";
import { parseSecretId, type TrustedVaults } from "./secret-id.ts";

/** A secret and the client of its vault. */
export interface VaultSecret {
  readonly client: SecretClient;
  readonly name: string;
  /** The one in the secret's URL, if it names one. */
  readonly version: string | undefined;
  /** First label of the vault's host: "contoso". */
  readonly vaultName: string;
  /** For messages: "secret hub-token of https://contoso.vault.azure.net". */
  readonly shown: string;
}

export interface VaultClients {
  /** `refused` for what is no URL of a secret, and for a vault that is not trusted. */
  secret(secretId: string): VaultSecret;
}

/** Key Vault for every port that needs it: one client a vault, made when first needed. */
export function vaultClients(trusted: TrustedVaults, credential: TokenCredential): VaultClients {
  const clients = new Map<string, SecretClient>();
  const clientFor = (vaultUrl: string, local: boolean) => {
    const client =
      clients.get(vaultUrl) ??
      new SecretClient(vaultUrl, credential, {
        retryOptions: noSdkRetries,
        disableChallengeResourceVerification: local,
        additionalPolicies: [
          { policy: readableAnswers, position: "perCall" },
          { policy: keepRefusals(), position: "perCall" },
        ],
      });
    clients.set(vaultUrl, client);
    return client;
  };
  return {
    secret(secretId) {
      const { vaultUrl, name, version, local } = parseSecretId(secretId, trusted);
      const [vaultName = ""] = new URL(vaultUrl).hostname.split(".");
      const shown = `secret ${name} of ${vaultUrl}`;
      return { client: clientFor(vaultUrl, local), name, version, vaultName, shown };
    },
  };
}

/**
 * Keeps answers from the SDK that it cannot read: it repeats a cut-off one, secret value and all, in its
 * error, and meets an empty one with a TypeError (keyvault-secrets 4.12.0).
 */
const readableAnswers: PipelinePolicy = {
  name: "readableAnswers",
  async sendRequest(request, next) {
    const response = await next(request);
    if (isJsonObject(response.bodyAsText)) return response;
    if (response.status >= 400) return { ...response, bodyAsText: "{}" };
    throw new LarderError("unavailable", {
      code: "UnreadableAnswer",
      message: `The vault's answer (${response.status}) could not be read.`,
    });
  },
};

function isJsonObject(text: string | null | undefined): boolean {
  try {
    const read: unknown = JSON.parse(text ?? "");
    return typeof read === "object" && read !== null;
  } catch {
    return false;
  }
}

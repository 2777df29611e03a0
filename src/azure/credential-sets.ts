import type { CredentialSet as ArmSet } from "@azure/arm-containerregistry";
import type { CredentialSet } from "../domain/credential-set.ts";
import type { CredentialSets } from "../domain/ports.ts";
import type { Arm } from "./arm.ts";
import { armList } from "./arm-list.ts";
import { redact } from "./redact.ts";

/** Credential sets with their health, as ARM shows them. */
export function credentialSets(arm: Arm): CredentialSets {
  return {
    async list(registry) {
      const { client, path } = arm.registry(registry);
      const read = (abortSignal: AbortSignal) => (start: object) =>
        client.credentialSets
          .list(...path, { abortSignal })
          .byPage(start)
          .next();
      return armList(`list the credential sets of ${registry}`, read, credentialSet);
    },
  };
}

function credentialSet(set: ArmSet): CredentialSet {
  // ARM knows one credential a set, "Credential1", though the field is a list.
  const [credential] = set.authCredentials ?? [];
  const { status, errorCode, errorMessage } = credential?.credentialHealth ?? {};
  return {
    name: set.name ?? "",
    loginServer: set.loginServer ?? "",
    usernameSecretId: credential?.usernameSecretIdentifier ?? "",
    passwordSecretId: credential?.passwordSecretIdentifier ?? "",
    health: {
      status: status === "Healthy" || status === "Unhealthy" ? status : "Unknown",
      errorCode: errorCode || undefined,
      errorMessage: errorMessage ? redact(errorMessage) : undefined,
    },
    principalId: set.identity?.principalId,
    provisioningState: set.provisioningState ?? "",
  };
}

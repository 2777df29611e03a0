import type { CredentialSet as ArmSet } from "@azure/arm-containerregistry";
import type { CredentialSet } from "../domain/credential-set.ts";
import type { CredentialSets } from "../domain/ports.ts";
import { mustBeThere } from "./absence.ts";
import type { Arm } from "./arm.ts";
import { ask } from "./ask.ts";
import { pages } from "./pages.ts";
import { redact } from "./redact.ts";

/** Credential sets with their health, as ARM shows them. */
export function credentialSets(arm: Arm): CredentialSets {
  return {
    async list(registry) {
      const { client, path } = arm.registry(registry);
      const sets: CredentialSet[] = [];
      const found = pages((start) =>
        ask(`list the credential sets of ${registry}`, (abortSignal) =>
          client.credentialSets
            .list(...path, { abortSignal })
            .byPage(start)
            .next(),
        ),
      );
      try {
        for await (const page of found) sets.push(...page.map(credentialSet));
      } catch (error) {
        throw mustBeThere(error);
      }
      return sets;
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

import type { AuthCredential } from "@azure/arm-containerregistry";
import type { CredentialSet } from "../domain/credential-set.ts";
import type { CredentialSetWriter } from "../domain/rotation-ports.ts";
import type { Arm } from "./arm.ts";
import { armChange, type Polling } from "./arm-change.ts";

/** Changes of credential sets through ARM. */
export function credentialSetWriter(arm: Arm, polling: Polling): CredentialSetWriter {
  return {
    create: (registry, name, set) =>
      armChange(polling, `create credential set ${name} of ${registry}`, (options) => {
        const { client, path } = arm.registry(registry);
        const body = {
          identity: { type: "SystemAssigned" as const },
          loginServer: set.loginServer,
          authCredentials: authCredentials(set),
        };
        return client.credentialSets.create(...path, name, body, options);
      }),
    touch: (registry, set) =>
      armChange(polling, `touch credential set ${set.name} of ${registry}`, (options) => {
        const { client, path } = arm.registry(registry);
        const change = { authCredentials: authCredentials(set) };
        return client.credentialSets.update(...path, set.name, change, options);
      }),
  };
}

type SecretIds = Pick<CredentialSet, "usernameSecretId" | "passwordSecretId">;

/** Always whole: ARM replaces the list, and knows one credential a set, of that name. */
function authCredentials({ usernameSecretId, passwordSecretId }: SecretIds): AuthCredential[] {
  return [
    {
      name: "Credential1",
      usernameSecretIdentifier: usernameSecretId,
      passwordSecretIdentifier: passwordSecretId,
    },
  ];
}

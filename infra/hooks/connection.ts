import { sameSecretId } from "../../src/domain/secret-place.ts";
import type { LiveSet } from "./arm.ts";
import type { SecretNames } from "./secret-names.ts";
import type { ConnectSettings } from "./settings.ts";

/** What is to become of a registry's credential set. */
export type SetPlan =
  /** It is made, or was made by this deployment before. */
  | { readonly kind: "own" }
  /** Another set has the name, with another secret than ours, `secretId`, or for another upstream: it is not touched. */
  | { readonly kind: "foreign"; readonly secretId: string; readonly loginServer?: string };

export function planSet(
  sets: readonly LiveSet[],
  setName: string,
  vaultUrl: string,
  { user, token }: Pick<SecretNames, "user" | "token">,
): SetPlan {
  const found = sets.find((one) => one.name.toLowerCase() === setName.toLowerCase());
  if (!found) return { kind: "own" };
  const own = (secretId: string, name: string) =>
    sameSecretId(secretId, `${vaultUrl}/secrets/${name}`);
  const { loginServer } = found;
  if (loginServer !== undefined && loginServer.toLowerCase() !== "docker.io")
    return { kind: "foreign", secretId: found.passwordSecretId, loginServer };
  // The token first: most that is foreign shows there.
  if (!own(found.passwordSecretId, token))
    return { kind: "foreign", secretId: found.passwordSecretId };
  if (!own(found.usernameSecretId, user))
    return { kind: "foreign", secretId: found.usernameSecretId };
  return { kind: "own" };
}

/** Parameters of connect.bicep, by their names there, for a deployment with a Docker account. */
export function connectParameters(
  settings: ConnectSettings,
  names: SecretNames,
  { own, hasTotpSeed }: { readonly own: readonly string[]; readonly hasTotpSeed: boolean },
): Readonly<Record<string, string | boolean>> {
  return {
    registryIdsForNewSets: own.join(","),
    vaultId: settings.LARDER_VAULT_ID,
    rotatorVaultId: settings.ROTATOR_VAULT_ID ?? "",
    credentialSetName: settings.CREDENTIAL_SET_NAME,
    dockerAccount: settings.DOCKER_ACCOUNT ?? "",
    renewTokens: settings.DOCKER_ROTATION !== "off",
    managed: settings.DOCKER_ROTATION === "managed",
    hasTotpSeed,
    userSecretName: names.user,
    tokenSecretName: names.token,
    identityPrincipalId: settings.LARDER_IDENTITY_PRINCIPAL_ID,
    appName: settings.LARDER_APP_NAME,
    systemTopicId: settings.LARDER_SYSTEM_TOPIC_ID ?? "",
    stateStorageId: settings.LARDER_STATE_STORAGE_ID,
    customRoles: settings.CUSTOM_ROLES === "true",
  };
}

/** A parameters file as `az deployment` reads it. */
export function parametersFile(given: Readonly<Record<string, string | boolean>>): string {
  const parameters = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, { value }]),
  );
  const $schema =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";
  return JSON.stringify({ $schema, contentVersion: "1.0.0.0", parameters });
}

/** Which of the account's secrets must be there before a credential set can read them. */
export function neededSecrets(managed: boolean): readonly (keyof SecretNames)[] {
  return managed ? ["user", "token", "pending", "password"] : ["user", "token", "pending"];
}

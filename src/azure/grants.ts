import type { TokenCredential } from "@azure/identity";
import { isReason, LarderError } from "../domain/errors.ts";
import type { Grants, VaultModel } from "../domain/rotation-ports.ts";
import { type ArmExchange, armExchange } from "./arm-exchange.ts";
import { ask } from "./ask.ts";
import { assignmentName } from "./assignment-name.ts";
import { parseSecretId, type TrustedVaults } from "./secret-id.ts";
import { type Model, readModel } from "./vault-model.ts";

interface Options {
  readonly credential: TokenCredential;
  /** Of ARM: "https://management.azure.com", or another cloud's. */
  readonly endpoint: string;
  /** ARM ids of the vaults on whose secrets roles may be assigned. */
  readonly vaults: readonly string[];
  readonly trusted: TrustedVaults;
}

/** A secret as ARM addresses it. */
interface ArmSecret {
  readonly vaultId: string;
  readonly name: string;
}

/** "Key Vault Secrets User", the same in every tenant. */
const role = "4633458b-17de-408a-b874-0445c86b69e6";
/** Entra tells its replicas of a new identity within seconds as a rule. */
const replicationSeconds = 10;
/** A person waits for the model, and can do without it. */
const briefly = { seconds: 5 } as const;

/**
 * Role assignments on single secrets, with Larder's own identity. All vaults must be known before
 * anything is granted; ones with access policies are left out, but their secrets' neighbours are not.
 */
export function grants(options: Options): Grants {
  const arm = armExchange(options.credential, options.endpoint);
  return {
    async grant(principalId, secretIds) {
      const secrets = secretIds.flatMap((id) => armSecret(id, options) ?? []);
      if (secrets.length < secretIds.length) return "notOurs";
      const models = new Map<string, Model>();
      for (const { vaultId } of secrets)
        models.set(vaultId, models.get(vaultId) ?? (await readModel(arm, vaultId)));
      const found = [...models.values()];
      if (found.includes("absent")) return "notOurs";
      for (const secret of secrets) {
        if (models.get(secret.vaultId) === "accessPolicies") continue;
        if (!(await assign(arm, secret, principalId))) return "notOurs";
      }
      return found.includes("accessPolicies") ? "accessPolicies" : "granted";
    },
    async model(secretIds) {
      const vaultIds = secretIds.map((id) => armSecret(id, options)?.vaultId);
      const models = new Map<string | undefined, VaultModel>();
      for (const vaultId of new Set(vaultIds))
        if (vaultId !== undefined) models.set(vaultId, await modelIfKnown(arm, vaultId));
      return vaultIds.map((vaultId) => models.get(vaultId) ?? "unknown");
    },
  };
}

async function modelIfKnown(arm: ArmExchange, vaultId: string): Promise<VaultModel> {
  try {
    const model = await readModel(arm, vaultId, briefly);
    return model === "absent" ? "unknown" : model;
  } catch (error) {
    if (error instanceof LarderError) return "unknown";
    throw error;
  }
}

/** Undefined: no vault of the settings holds it. The first label of a vault's host is its name. */
function armSecret(secretId: string, { vaults, trusted }: Options): ArmSecret | undefined {
  const address = addressOf(secretId, trusted);
  if (!address) return undefined;
  const [label] = new URL(address.vaultUrl).hostname.split(".");
  const named = vaults.find((id) => id.split("/").at(-1)?.toLowerCase() === label);
  // A vault on this machine has a host that tells no name; with one vault there is no doubt which it is.
  const only = address.local && vaults.length === 1 ? vaults[0] : undefined;
  const vaultId = named ?? only;
  return vaultId === undefined ? undefined : { vaultId, name: address.name };
}

function addressOf(secretId: string, trusted: TrustedVaults) {
  try {
    return parseSecretId(secretId, trusted);
  } catch (error) {
    if (isReason(error, "refused")) return undefined;
    throw error;
  }
}

/** Whether the identity has the role on the secret now; false: Larder may not give it. */
function assign(
  arm: ArmExchange,
  { vaultId, name }: ArmSecret,
  principalId: string,
): Promise<boolean> {
  const scope = `${vaultId}/secrets/${name}`;
  const [, , subscription = ""] = vaultId.split("/");
  const roleDefinitionId = `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
  const assignment = assignmentName(scope, principalId, role);
  const request = {
    method: "PUT",
    path: `${scope}/providers/Microsoft.Authorization/roleAssignments/${assignment}`,
    apiVersion: "2022-04-01",
    body: { properties: { roleDefinitionId, principalId, principalType: "ServicePrincipal" } },
  } as const;
  return ask(`let ${principalId} read ${scope}`, async (abortSignal) => {
    const { status, refusal } = await arm({ ...request, abortSignal });
    if (status === 403 || status === 404) return false;
    // Somebody gave the same role under another name; there cannot be two.
    if (status === 409 && refusal?.code === "RoleAssignmentExists") return true;
    if (status === 400 && refusal?.code === "PrincipalNotFound") throw notKnownYet(principalId);
    if (refusal) throw refusal;
    return true;
  });
}

function notKnownYet(principalId: string): LarderError {
  const message = `Entra does not know the identity ${principalId} yet, as happens for some seconds after it was made.`;
  return new LarderError(
    "unavailable",
    { code: "PrincipalNotFound", message },
    { retryAfterSeconds: replicationSeconds },
  );
}

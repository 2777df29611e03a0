import type { CredentialSet } from "./credential-set.ts";
import type { VaultModel } from "./rotation-ports.ts";

interface VaultSecret {
  readonly vault: string;
  readonly name: string;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** 3 to 24 of letters, digits and hyphen, a letter first. */
const vaultName = /^[a-z][a-z0-9-]{2,23}$/i;
const secretPath = /^\/secrets\/([0-9a-zA-Z-]{1,127})(?:\/[0-9a-zA-Z]{1,64})?\/?$/;

/**
 * What a person types, in a POSIX shell with the Azure CLI, to let a set's own identity read its two secrets:
 * one entry, all lines of which are needed. `models`: of the vaults of the user name and of the password.
 * Where one is unknown there are two entries, each under a comment with what it is for, and each enough by itself
 * where it fits; two vaults of which nothing is known are taken to be alike. Empty while the set has no
 * identity, and where an identifier, which comes from ARM, is not plain: nothing is ever quoted.
 */
export function grantCommands(
  { principalId, usernameSecretId, passwordSecretId }: CredentialSet,
  models: readonly VaultModel[] = [],
): readonly string[] {
  const secrets = [usernameSecretId, passwordSecretId].flatMap((id, index) => {
    const place = vaultSecret(id);
    return place ? [{ ...place, model: models[index] ?? "unknown" }] : [];
  });
  if (principalId === undefined || !guid.test(principalId) || secrets.length < 2) return [];
  const entry = (guess: keyof typeof letIn) =>
    lines(
      secrets.map((secret) =>
        letIn[secret.model === "unknown" ? guess : secret.model](principalId, secret),
      ),
    );
  const doubtful = secrets.filter(({ model }) => model === "unknown");
  if (doubtful.length === 0) return [entry("roles")];
  const which = doubtful.length < secrets.length ? `vault ${doubtful[0]?.vault}` : "a vault";
  return [
    `# for ${which} with roles (RBAC)\n${entry("roles")}`,
    `# for ${which} with access policies\n${entry("accessPolicies")}`,
  ];
}

function vaultSecret(secretId: string): VaultSecret | undefined {
  const url = URL.parse(secretId);
  const [vault = ""] = url?.hostname.split(".") ?? [];
  const [, name] = secretPath.exec(url?.pathname ?? "") ?? [];
  if (url?.protocol !== "https:" || name === undefined || !vaultName.test(vault)) return undefined;
  return { vault, name };
}

const assignRole = (principalId: string, { vault, name }: VaultSecret) =>
  `az role assignment create --assignee-object-id ${principalId} --assignee-principal-type ServicePrincipal` +
  ` --role "Key Vault Secrets User" --scope "$(az keyvault show --name ${vault} --query id --output tsv)/secrets/${name}"`;

const setPolicy = (principalId: string, { vault }: VaultSecret) =>
  `az keyvault set-policy --name ${vault} --object-id ${principalId} --secret-permissions get`;

const letIn = { roles: assignRole, accessPolicies: setPolicy } as const;

const lines = (commands: readonly string[]) => [...new Set(commands)].join("\n");

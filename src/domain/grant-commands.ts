import type { CredentialSet } from "./credential-set.ts";

/** How the vaults of a set decide who may read their secrets. */
export type VaultAccess = "rbac" | "accessPolicies" | "unknown";

interface VaultSecret {
  readonly vault: string;
  readonly name: string;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** 3 to 24 of letters, digits and hyphen, a letter first. */
const vaultName = /^[a-z][a-z0-9-]{2,23}$/i;
const secretPath = /^\/secrets\/([0-9a-zA-Z-]{1,127})(?:\/[0-9a-zA-Z]{1,64})?\/?$/;

/**
 * What a person types, in a POSIX shell with the Azure CLI, to let a set's own identity read its two
 * secrets: each entry is enough by itself where it fits the vault; one of several lines needs all of them.
 * What is not known is asked with a comment line before each of the two. Empty while the set has no
 * identity, and where an identifier, which comes from ARM, is not plain: nothing is ever quoted.
 */
export function grantCommands(
  { principalId, usernameSecretId, passwordSecretId }: CredentialSet,
  access: VaultAccess,
): readonly string[] {
  const secrets = [usernameSecretId, passwordSecretId].flatMap((id) => vaultSecret(id) ?? []);
  if (principalId === undefined || !guid.test(principalId) || secrets.length < 2) return [];
  const roles = lines(secrets.map((secret) => assignRole(principalId, secret)));
  const policies = lines(secrets.map(({ vault }) => setPolicy(principalId, vault)));
  if (access === "rbac") return [roles];
  if (access === "accessPolicies") return [policies];
  return [
    `# for a vault with roles (RBAC)\n${roles}`,
    `# for a vault with access policies\n${policies}`,
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

const setPolicy = (principalId: string, vault: string) =>
  `az keyvault set-policy --name ${vault} --object-id ${principalId} --secret-permissions get`;

const lines = (commands: readonly string[]) => [...new Set(commands)].join("\n");

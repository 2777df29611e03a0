/** An ARM path of a vault, or of a role assignment on one of its secrets. */
export interface VaultPath {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly vault: string;
  readonly assignment?: { readonly secret: string; readonly name: string } | undefined;
}

const vaultItself =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.KeyVault\/vaults\/([a-z0-9-]+)(\/.+)?$/i;
const onSecret =
  /^\/secrets\/([a-z0-9-]+)\/providers\/Microsoft\.Authorization\/roleAssignments\/([^/]+)\/?$/i;

/** Undefined when the path is neither. Fixed words are read without case. */
export function vaultPath(path: string): VaultPath | undefined {
  const [, subscription, resourceGroup, vault, rest = "/"] = vaultItself.exec(path) ?? [];
  if (subscription === undefined || resourceGroup === undefined || vault === undefined)
    return undefined;
  if (rest === "/") return { subscription, resourceGroup, vault };
  const [, secret, name] = onSecret.exec(rest) ?? [];
  if (secret === undefined || name === undefined) return undefined;
  return { subscription, resourceGroup, vault, assignment: { secret, name } };
}

/** The name a request is counted under; undefined when the path is no vault's. */
export function vaultEndpoint(method: string, path: string): string | undefined {
  const found = vaultPath(path);
  if (!found) return undefined;
  return found.assignment
    ? `${method} vaults/{vault}/secrets/{secret}/roleAssignments/{name}`
    : `${method} vaults/{vault}`;
}

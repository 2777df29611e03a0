/*
 * A right that somebody gave by hand, with the command that Larder printed, stands in the way of the same right under the name
 * that connect.bicep gives it: ARM takes each only once (Azure/azure-dev#9253).
 */

const there = /RoleAssignmentExists/;
/** Azure tells which one, without hyphens, in newer answers. */
const which =
  /existing role assignment is '?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})/gi;

/** What to do about it; undefined for any other failure. `vaultIds`: where the deployment assigns roles. */
export function roleConflict(message: string, vaultIds: readonly string[]): string | undefined {
  if (!there.test(message)) return undefined;
  const names = [...message.matchAll(which)].map(([, ...parts]) => parts.join("-").toLowerCase());
  const vaults = new Map(vaultIds.filter(Boolean).map((id) => [id.toLowerCase(), id]));
  const lists = [...vaults.values()].map((id) => {
    const [, , subscription = ""] = id.split("/");
    return `  az role assignment list --all --subscription ${subscription} --query "${queryOf(names, id)}" --output table`;
  });
  return [
    "Somebody gave that right by hand, under another name. Look for it, and take it away; connect.bicep gives it again:",
    ...lists,
    "  az role assignment delete --ids <id>",
  ].join("\n");
}

/** JMESPath without what a shell would take for its own inside double quotes. */
function queryOf(names: readonly string[], vaultId: string): string {
  const filter =
    names.length > 0
      ? [...new Set(names)].map((name) => `name=='${name}'`).join(" || ")
      : `contains(scope, '/vaults/${vaultId.split("/").at(-1) ?? ""}/secrets/')`;
  return `[?${filter}].{role:roleDefinitionName, principal:principalId, id:id}`;
}

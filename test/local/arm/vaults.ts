import type { Answer, Call } from "../service.ts";
import type { ArmContext } from "./context.ts";
import { notFound } from "./failure.ts";
import { apiVersionOf } from "./request.ts";
import { roleAssignments } from "./role-assignments.ts";
import type { ArmVault, AssignmentDesk, VaultAccess } from "./vault-access.ts";
import type { VaultPath } from "./vault-path.ts";

/** Of Microsoft.KeyVault and Microsoft.Authorization, the ones in use (learn.microsoft.com, REST reference). */
const vaultVersions = ["2023-07-01", "2024-11-01"];
const assignmentVersions = ["2022-04-01"];

interface VaultRequest {
  readonly call: Call;
  readonly principal: string;
  readonly path: VaultPath;
}

/** Answers a call on the vault or on a role of one of its secrets; undefined for a method ARM does not have there. */
export function vaults(
  context: ArmContext,
  desk: AssignmentDesk,
  { call, principal, path }: VaultRequest,
): Answer | undefined {
  if (path.assignment) apiVersionOf(call, "roleAssignments", assignmentVersions);
  else apiVersionOf(call, "vaults", vaultVersions);
  const held = context.keyVault;
  if (held?.name.toLowerCase() !== path.vault.toLowerCase())
    return notFound("vaults", path.vault, context.resourceGroup, "Microsoft.KeyVault");
  if (path.assignment) {
    const scope = `${vaultId(context, held)}/secrets/${path.assignment.secret}`;
    return roleAssignments(desk, { call, principal, scope, ...path.assignment });
  }
  if (call.method !== "GET") return undefined;
  return { status: 200, body: view(context, held, desk.access) };
}

const vaultId = ({ subscriptionId, resourceGroup }: ArmContext, { name }: ArmVault) =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.KeyVault/vaults/${name}`;

function view(context: ArmContext, vault: ArmVault, { mode }: VaultAccess) {
  return {
    id: vaultId(context, vault),
    name: vault.name,
    type: "Microsoft.KeyVault/vaults",
    location: "westus",
    tags: {},
    properties: {
      sku: { family: "A", name: "standard" },
      tenantId: context.tenantId,
      accessPolicies: [],
      enabledForDeployment: false,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      enableRbacAuthorization: mode === "rbac",
      vaultUri: `${vault.url()}/`,
      provisioningState: "Succeeded",
      publicNetworkAccess: "Enabled",
    },
  };
}

import { z } from "zod";
import type { Answer, Call } from "../service.ts";
import { armTime } from "./context.ts";
import { fail } from "./failure.ts";
import { bodyOf } from "./request.ts";
import { sim } from "./sim-codes.ts";
import type { AssignmentDesk, RoleAssignment } from "./vault-access.ts";

/*
 * Role assignments on secrets (Microsoft.Authorization 2022-04-01). The codes and wordings are known
 * from reports: Azure/HubAndSpokeResearchEnclave#50 (PrincipalNotFound), Azure's own
 * troubleshooting page (AuthorizationFailed, RoleAssignmentExists).
 */

/** "Key Vault Secrets User": what ACR needs. Other roles are kept and let nobody in. */
const secretsUser = "4633458b-17de-408a-b874-0445c86b69e6";

const putBody = z.object({
  properties: z.object({
    principalId: z.guid(),
    roleDefinitionId: z.string().regex(/\/roleDefinitions\/[0-9a-f-]{36}$/i),
    principalType: z.string().optional(),
  }),
});

interface Request {
  readonly call: Call;
  readonly principal: string;
  readonly scope: string;
  readonly secret: string;
  readonly name: string;
}

const keyOf = ({ scope, name }: Pick<RoleAssignment, "scope" | "name">) =>
  `${scope}/${name}`.toLowerCase();

/** GET, PUT and DELETE of one; undefined for another method. */
export function roleAssignments(desk: AssignmentDesk, request: Request): Answer | undefined {
  const { method } = request.call;
  if (!z.guid().safeParse(request.name).success)
    fail(
      400,
      "InvalidRoleAssignmentId",
      `The role assignment ID '${request.name}' is not valid. The role assignment ID must be a GUID.`,
    );
  if (method === "GET") return get(desk, request);
  if (method === "PUT") return put(desk, request);
  if (method === "DELETE") return remove(desk, request);
  return undefined;
}

function view({ name, scope, principalId, roleDefinitionId, at }: RoleAssignment) {
  return {
    properties: {
      roleDefinitionId,
      principalId,
      principalType: "ServicePrincipal",
      scope,
      condition: null,
      conditionVersion: null,
      createdOn: armTime(at),
      updatedOn: armTime(at),
    },
    id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    type: "Microsoft.Authorization/roleAssignments",
    name,
  };
}

function get({ held }: AssignmentDesk, request: Request): Answer {
  const found = held.get(keyOf(request));
  if (found) return { status: 200, body: view(found) };
  return fail(404, "RoleAssignmentNotFound", `The role assignment '${request.name}' is not found.`);
}

function requireRight({ access }: AssignmentDesk, action: string, request: Request): void {
  if (access.mayAssign) return;
  const { principal, scope, name } = request;
  fail(
    403,
    "AuthorizationFailed",
    `The client '${principal}' with object id '${principal}' does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/${action}' over scope '${scope}/providers/Microsoft.Authorization/roleAssignments/${name}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

function put(desk: AssignmentDesk, request: Request): Answer {
  requireRight(desk, "write", request);
  const read = putBody.safeParse(bodyOf(request.call));
  if (!read.success)
    return fail(400, sim.missingProperty, "principalId and roleDefinitionId are required.");
  const { principalId, roleDefinitionId } = read.data.properties;
  requirePrincipal(desk, principalId);
  const { name, scope, secret } = request;
  const made = { name, scope, secret, principalId, roleDefinitionId, at: desk.clock.now() };
  const before = desk.held.get(keyOf(made));
  if (before && !sameRole(before, made))
    fail(
      400,
      "RoleAssignmentUpdateNotPermitted",
      "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    );
  const other = [...desk.held.values()].find((one) => one !== before && sameRole(one, made));
  if (other)
    fail(
      409,
      "RoleAssignmentExists",
      `The role assignment already exists. The ID of the existing role assignment is ${other.name.replaceAll("-", "")}.`,
    );
  desk.held.set(keyOf(made), before ?? made);
  if (opens(desk, made)) desk.keyVault?.access.grant(principalId, secret);
  return { status: before ? 200 : 201, body: view(before ?? made) };
}

function requirePrincipal(
  { access, unknown, tenantId }: AssignmentDesk,
  principalId: string,
): void {
  const given = unknown.get(principalId) ?? 0;
  if (given >= access.principalDelay) return;
  unknown.set(principalId, given + 1);
  fail(
    400,
    "PrincipalNotFound",
    `Principal ${principalId.replaceAll("-", "")} does not exist in the directory ${tenantId}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype`,
  );
}

function sameRole(a: RoleAssignment, b: RoleAssignment): boolean {
  const key = ({ scope, principalId, roleDefinitionId }: RoleAssignment) =>
    [scope, principalId, roleDefinitionId.split("/").at(-1)].join(" ").toLowerCase();
  return key(a) === key(b);
}

const opens = ({ access }: AssignmentDesk, { roleDefinitionId }: RoleAssignment) =>
  access.mode === "rbac" && roleDefinitionId.toLowerCase().endsWith(secretsUser);

/** 204 when there is none. */
function remove(desk: AssignmentDesk, request: Request): Answer {
  requireRight(desk, "delete", request);
  const found = desk.held.get(keyOf(request));
  if (!found) return { status: 204 };
  desk.held.delete(keyOf(found));
  if (opens(desk, found)) desk.keyVault?.access.revoke(found.principalId, found.secret);
  return { status: 200, body: view(found) };
}

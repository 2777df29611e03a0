import type { Clock } from "../clock.ts";

/** The vault that ARM knows beside the registries. */
export interface ArmVault {
  readonly name: string;
  /** Its own address, without a slash at the end. */
  readonly url: () => string;
  /** Who may `get` which secret; idempotent. */
  readonly access: {
    grant(principalId: string, secretName: string): void;
    revoke(principalId: string, secretName: string): void;
  };
}

export interface RoleAssignment {
  /** A GUID. */
  readonly name: string;
  /** ARM id of the secret. */
  readonly scope: string;
  readonly secret: string;
  readonly principalId: string;
  readonly roleDefinitionId: string;
  /** Milliseconds. */
  readonly at: number;
}

/** How the vault's rights behave; tests change it at will. */
export interface VaultAccess {
  /** With "accessPolicies" a role on a secret can be assigned and has no effect. */
  mode: "rbac" | "accessPolicies";
  /** Whether callers may assign roles. */
  mayAssign: boolean;
  /** How often a principal is not found before it is, as with an identity that was just made; counted for each. */
  principalDelay: number;
  /** What was assigned, oldest first. */
  readonly assignments: () => readonly RoleAssignment[];
}

interface Surroundings {
  readonly clock: Clock;
  readonly tenantId: string;
  readonly keyVault?: ArmVault;
}

/** Where role assignments are kept. */
export interface AssignmentDesk extends Surroundings {
  readonly access: VaultAccess;
  /** By lower-case scope and name. */
  readonly held: Map<string, RoleAssignment>;
  /** PrincipalNotFound answers given, by principal. */
  readonly unknown: Map<string, number>;
}

/** No assignments yet; everybody may make them on a vault with roles. */
export function assignmentDesk(around: Surroundings): AssignmentDesk {
  const held = new Map<string, RoleAssignment>();
  const access: VaultAccess = {
    mode: "rbac",
    mayAssign: true,
    principalDelay: 0,
    assignments: () => [...held.values()],
  };
  return { ...around, access, held, unknown: new Map() };
}

export type Permission =
  | "get"
  | "set"
  | "list"
  | "delete"
  | "recover"
  | "purge"
  | "backup"
  | "restore";

/** Who may do what with which secret. */
export interface Access {
  /** Everything, on every secret. */
  allowAll(principalId: string): void;
  /** `get` on one secret. Idempotent. */
  grant(principalId: string, secretName: string): void;
  /** Takes back what `grant` (a secret named) or `allowAll` (none named) gave. */
  revoke(principalId: string, secretName?: string): void;
  /** `secretName` undefined: an operation on the vault as a whole. */
  may(principalId: string, permission: Permission, secretName: string | undefined): boolean;
  /** Secret names by principal; "*" stands for all. */
  state(): Readonly<Record<string, readonly string[]>>;
}

const everything = "*";

export function access(): Access {
  const granted = new Map<string, Set<string>>();
  const give = (principalId: string, what: string) => {
    const held = granted.get(principalId) ?? new Set<string>();
    granted.set(principalId, held.add(what));
  };
  return {
    allowAll: (principalId) => give(principalId, everything),
    grant: (principalId, secretName) => give(principalId, secretName.toLowerCase()),
    revoke(principalId, secretName) {
      granted.get(principalId)?.delete(secretName?.toLowerCase() ?? everything);
    },
    may(principalId, permission, secretName) {
      const held = granted.get(principalId);
      if (held?.has(everything)) return true;
      if (permission !== "get" || secretName === undefined) return false;
      return held?.has(secretName.toLowerCase()) ?? false;
    },
    state: () => Object.fromEntries([...granted].map(([who, what]) => [who, [...what].toSorted()])),
  };
}

export interface Caller {
  readonly principalId: string;
  readonly tenantId: string;
  /** A credential set's own identity is shown by its resource type (facts/acr.md section 1). */
  readonly kind: "app" | "credentialSet";
}

/** Key Vault's sentence for a missing permission, word for word as ACR repeats it in `credentialHealth`. */
export function forbiddenMessage(caller: Caller, permission: Permission, vault: string): string {
  const { principalId, tenantId, kind } = caller;
  const resource = kind === "credentialSet" ? "name=microsoft.containerregistry/registries;" : "";
  const who = `${resource}appid=${principalId};oid=${principalId};iss=https://sts.windows.net/${tenantId}/`;
  return (
    `The user, group or application '${who}' does not have secrets ${permission} permission on key vault ` +
    `'${vault};location=westus'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`
  );
}

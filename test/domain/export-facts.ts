import type { CredentialSet } from "../../src/domain/credential-set.ts";
import type { CredentialSetView } from "../../src/domain/credential-set-view.ts";
import type { FoundCache } from "../../src/domain/export-cache.ts";
import type { RotationRecord } from "../../src/domain/rotation.ts";
import type { VaultModel } from "../../src/domain/rotation-ports.ts";
import { credentialSet } from "./facts.ts";

export const registryId =
  "/subscriptions/6d3f8a1c-2b47-4e0a-9d55-0c1f7e9b2a34/resourceGroups/rg-images/providers/Microsoft.ContainerRegistry/registries/contoso";

/** A credential set with its secrets in the vault "kv-larder". */
export function hubSet(name = "docker-hub", changes: Partial<CredentialSet> = {}): CredentialSet {
  return credentialSet(name, {
    usernameSecretId: `https://kv-larder.vault.azure.net/secrets/${name}-user`,
    passwordSecretId: `https://kv-larder.vault.azure.net/secrets/${name}-token`,
    principalId: "0bd5e2f6-6c14-4f0c-9a3e-5b0c7f3d2a11",
    ...changes,
  });
}

export function foundSet(
  set: CredentialSet | undefined,
  record?: RotationRecord,
  model: VaultModel = "roles",
): FoundCache["sets"][number] {
  const view: CredentialSetView = {
    registry: "contoso",
    name: set?.name ?? record?.name ?? "",
    set,
    record,
    access: { state: "unknown", commands: [] },
    etag: "",
    toDo: [],
    notes: [],
  };
  return { view, models: set ? [model, model] : [] };
}

export function found(changes: Partial<FoundCache> = {}): FoundCache {
  return { registry: "contoso", id: registryId, rules: [], sets: [], ...changes };
}

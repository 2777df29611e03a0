import {
  type ExportedCache,
  type ExportedRule,
  type ExportedSet,
  grantKey,
} from "./export-cache.ts";
import { terraformLabels } from "./export-symbols.ts";
import { secretPlace } from "./secret-place.ts";

export interface Labels {
  readonly sets: ReadonlyMap<string, string>;
  readonly rules: ReadonlyMap<string, string>;
  readonly vaults: ReadonlyMap<string, string>;
  /** By `grantKey`. */
  readonly grants: ReadonlyMap<string, string>;
}

/** What the blocks of each type are called. */
export function labels({ sets, rules }: ExportedCache): Labels {
  const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);
  const grants = sets.flatMap((set) => set.grants.map((grant) => grantKey(set, grant)));
  const vaults = sets.flatMap((set) => set.grants.map(({ vault }) => vault));
  return {
    sets: terraformLabels("set", names(sets)),
    rules: terraformLabels("rule", names(rules)),
    vaults: terraformLabels("vault", vaults),
    grants: terraformLabels("grant", grants),
  };
}

/** As ARM and azurerm want it (terraform-provider-azurerm#32858); ARM has rules of other names from before. */
const ruleName = /^(?=.{5,49}$)[a-zA-Z0-9]+(?:-[a-zA-Z0-9]+)*$/;

/** Why azurerm turns a rule down, if it does. Sources and targets it does not look at: wildcards are fine. */
export function limitsOfRule({ name }: ExportedRule): readonly string[] {
  if (ruleName.test(name)) return [];
  return [
    "azurerm refuses this name: 5 to 49 letters and digits, with single hyphens between. Make the rule anew under another.",
  ];
}

/** The same for a credential set: azurerm takes secrets without version only. */
export function limitsOfSet({
  usernameSecretId,
  passwordSecretId,
}: ExportedSet): readonly string[] {
  const versioned = [usernameSecretId, passwordSecretId].some(
    (id) => secretPlace(id)?.version !== undefined,
  );
  if (!versioned) return [];
  return ["azurerm refuses secrets with a version: take the version off here and in the registry."];
}

import {
  type ExportedCache,
  type ExportedGrant,
  type ExportedRule,
  type ExportedSet,
  grantKey,
} from "./export-cache.ts";
import { terraformHead } from "./export-terraform-head.ts";
import { type Labels, labels, limitsOfRule, limitsOfSet } from "./export-terraform-names.ts";
import { assignments, commented, terraformQuoted, terraformText } from "./export-text.ts";

type Lines = readonly string[];

const setType = "azurerm_container_registry_credential_set";
const ruleType = "azurerm_container_registry_cache_rule";

/**
 * The cache as one Terraform file for the azurerm provider, with blocks that import what is there.
 * Role assignments are off until asked for: their ids are not known, so they cannot be imported here.
 */
export function exportTerraform(cache: ExportedCache): string {
  const { id, sets, rules, leftOut } = cache;
  const names = labels(cache);
  const blocks: readonly Lines[] = [
    ...terraformHead(cache),
    ...vaultBlocks(id, names),
    ...sets.flatMap((set) => setBlocks(id, set, names)),
    ...rules.flatMap((rule) => ruleBlocks(id, rule, names)),
    ...leftOut.map((lines) => commented("#", lines)),
  ];
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function resource(type: string, label: string | undefined, body: Lines): Lines {
  return [`resource "${type}" "${label}" {`, ...body, "}"];
}

function importBlock(notes: Lines, address: string, id: string): Lines {
  const body = assignments("  ", [
    ["to", address],
    ["id", terraformQuoted(id)],
  ]);
  return [...commented("#", notes), "import {", ...body, "}"];
}

/** A vault is looked up only when roles are assigned: until then nobody need know where it is. */
function vaultBlocks(registryId: string, { vaults }: Labels): readonly Lines[] {
  const [, , , , group = ""] = registryId.split("/");
  return [...vaults].flatMap(([vault, label]) => [
    [
      `variable "${label}_resource_group" {`,
      ...assignments("  ", [
        [
          "description",
          terraformQuoted(`Resource group of the vault "${vault}", in the same subscription.`),
        ],
        ["type", "string"],
        ["default", terraformQuoted(group)],
      ]),
      "}",
    ],
    [
      `data "azurerm_key_vault" "${label}" {`,
      "  count = var.assign_roles ? 1 : 0",
      "",
      ...assignments("  ", [
        ["name", terraformQuoted(vault)],
        ["resource_group_name", `var.${label}_resource_group`],
      ]),
      "}",
    ],
  ]);
}

function setBlocks(registryId: string, set: ExportedSet, names: Labels): readonly Lines[] {
  const label = names.sets.get(set.name);
  const body = [
    ...assignments("  ", [
      ["name", terraformQuoted(set.name)],
      ["container_registry_id", "local.registry_id"],
      ["login_server", terraformQuoted(set.loginServer)],
    ]),
    "",
    "  authentication_credentials {",
    ...assignments("    ", [
      ["username_secret_id", terraformQuoted(set.usernameSecretId)],
      ["password_secret_id", terraformQuoted(set.passwordSecretId)],
    ]),
    "  }",
    "",
    "  identity {",
    '    type = "SystemAssigned"',
    "  }",
  ];
  const notes = [...set.notes, ...limitsOfSet(set)];
  return [
    importBlock(notes, `${setType}.${label}`, `${registryId}/credentialSets/${set.name}`),
    resource(setType, label, body),
    ...(set.byHand.length > 0 ? [commented("#", set.byHand)] : []),
    ...set.grants.map((grant) => grantBlock(set, label, grant, names)),
  ];
}

function grantBlock(
  set: ExportedSet,
  label: string | undefined,
  grant: ExportedGrant,
  { vaults, grants }: Labels,
): Lines {
  const vault = `data.azurerm_key_vault.${vaults.get(grant.vault)}[0].id`;
  return resource("azurerm_role_assignment", grants.get(grantKey(set, grant)), [
    "  count = var.assign_roles ? 1 : 0",
    "",
    ...assignments("  ", [
      ["scope", `"\${${vault}}/secrets/${terraformText(grant.secret)}"`],
      ["role_definition_name", '"Key Vault Secrets User"'],
      ["principal_id", `${setType}.${label}.identity[0].principal_id`],
      ["principal_type", '"ServicePrincipal"'],
    ]),
  ]);
}

function ruleBlocks(registryId: string, rule: ExportedRule, names: Labels): readonly Lines[] {
  const { name, source, target, credentialSet } = rule;
  const label = names.rules.get(name);
  const held = credentialSet === undefined ? undefined : names.sets.get(credentialSet);
  const set = held
    ? `${setType}.${held}.id`
    : `"\${local.registry_id}/credentialSets/${terraformText(credentialSet ?? "")}"`;
  const body = assignments("  ", [
    ["name", terraformQuoted(name)],
    ["container_registry_id", "local.registry_id"],
    ["source_repo", terraformQuoted(source)],
    ["target_repo", terraformQuoted(target)],
    ...(credentialSet === undefined ? [] : [["credential_set_id", set] as const]),
  ]);
  const notes = [...rule.notes, ...limitsOfRule(rule)];
  return [
    importBlock(notes, `${ruleType}.${label}`, `${registryId}/cacheRules/${name}`),
    resource(ruleType, label, body),
  ];
}

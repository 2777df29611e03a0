import { aboutExport } from "./export-about.ts";
import type { ExportedCache } from "./export-cache.ts";
import { assignments, commented, terraformQuoted } from "./export-text.ts";

/**
 * Cache rules are in azurerm since 3.106, credential sets since 4.16.0 (its CHANGELOG); import
 * blocks are in Terraform since 1.5.
 */
const versions = [
  "terraform {",
  '  required_version = ">= 1.5"',
  "",
  "  required_providers {",
  "    azurerm = {",
  '      source  = "hashicorp/azurerm"',
  '      version = "~> 4.16"',
  "    }",
  "  }",
  "}",
];

/** What the file is, how to use it, the provider and the variables. */
export function terraformHead(cache: ExportedCache): readonly (readonly string[])[] {
  const { id, sets, rules } = cache;
  const held = sets.length + rules.length;
  const roles = sets.some(({ grants }) => grants.length > 0);
  const [, , subscription = ""] = id.split("/");
  const about = commented("#", [
    ...aboutExport(cache),
    `Compare first: the plan should be ${held} to import and nothing to add, change or destroy. (In a`,
    "credential_set_id the case of letters may change, which does nothing.) Then apply.",
    "  terraform init && terraform plan",
    ...(roles ? aboutRoles : []),
  ]);
  return [
    about,
    versions,
    [
      'provider "azurerm" {',
      "  features {}",
      `  subscription_id = ${terraformQuoted(subscription)}`,
      "}",
    ],
    ...(held > 0 ? [["locals {", `  registry_id = ${terraformQuoted(id)}`, "}"]] : []),
    ...(roles ? [assignRoles] : []),
  ];
}

const aboutRoles = [
  "Role assignments are left out of the plan unless assign_roles is true, for their ids are not known.",
  "One that is there already is taken over first, VAULT being the vault's ARM id:",
  "  terraform import -var assign_roles=true 'azurerm_role_assignment.LABEL[0]' \"$(az role assignment list \\",
  "    --assignee PRINCIPAL --scope VAULT/secrets/SECRET --query '[0].id' --output tsv)\"",
];

const assignRoles = [
  'variable "assign_roles" {',
  ...assignments("  ", [
    [
      "description",
      '"Whether to let the credential sets read their secrets, by role assignments."',
    ],
    ["type", "bool"],
    ["default", "false"],
  ]),
  "}",
];

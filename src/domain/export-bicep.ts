import { bicepHead } from "./export-bicep-head.ts";
import { resource, type Symbols, symbolsOf } from "./export-bicep-names.ts";
import { grantBlock, vaultBlocks } from "./export-bicep-roles.ts";
import type { ExportedCache, ExportedRule, ExportedSet } from "./export-cache.ts";
import { bicepQuoted, bicepText, commented } from "./export-text.ts";

/** The version that Larder itself speaks to ARM; stable. */
const registryVersion = "2025-11-01";
const type = (kind: "" | "/credentialSets" | "/cacheRules") =>
  `Microsoft.ContainerRegistry/registries${kind}@${registryVersion}`;

type Lines = readonly string[];

/**
 * The cache as one Bicep file for the registry's resource group. Role assignments are off until
 * asked for: ARM refuses to give a role a second time under another name (RoleAssignmentExists),
 * and the names of those that are there are not known.
 */
export function exportBicep(cache: ExportedCache): string {
  const { sets, rules, leftOut } = cache;
  const grants = sets.flatMap((set) => set.grants);
  const symbols = symbolsOf(cache);
  const blocks: readonly Lines[] = [
    bicepHead(cache),
    ...(sets.length + rules.length > 0
      ? [resource("registry", type(""), ["  name: registryName"], "existing")]
      : []),
    ...vaultBlocks(grants, symbols),
    ...sets.flatMap((set) => setBlocks(set, symbols)),
    ...rules.map((rule) => ruleBlock(rule, symbols)),
    ...leftOut.map((lines) => commented("//", lines)),
  ];
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function setBlocks(set: ExportedSet, symbols: Symbols): readonly Lines[] {
  // The linter wants the cloud's own ending of vault hosts, but this is where the secrets are.
  const asItIs = "        #disable-next-line no-hardcoded-env-urls";
  const symbol = symbols.sets.get(set.name) ?? "";
  const block = resource(symbol, type("/credentialSets"), [
    "  parent: registry",
    `  name: ${bicepQuoted(set.name)}`,
    "  identity: {",
    "    type: 'SystemAssigned'",
    "  }",
    "  properties: {",
    `    loginServer: ${bicepQuoted(set.loginServer)}`,
    "    authCredentials: [",
    "      {",
    "        name: 'Credential1'",
    asItIs,
    `        usernameSecretIdentifier: ${bicepQuoted(set.usernameSecretId)}`,
    asItIs,
    `        passwordSecretIdentifier: ${bicepQuoted(set.passwordSecretId)}`,
    "      }",
    "    ]",
    "  }",
  ]);
  return [
    [...commented("//", set.notes), ...block],
    ...(set.byHand.length > 0 ? [commented("//", set.byHand)] : []),
    ...set.grants.map((grant) => grantBlock(set, symbol, grant, symbols)),
  ];
}

function ruleBlock(
  { name, source, target, credentialSet, notes }: ExportedRule,
  { sets, rules }: Symbols,
): Lines {
  const held = credentialSet === undefined ? undefined : sets.get(credentialSet);
  const id = held
    ? `${held}.id`
    : `'\${registry.id}/credentialSets/${bicepText(credentialSet ?? "")}'`;
  const body = [
    "  parent: registry",
    `  name: ${bicepQuoted(name)}`,
    "  properties: {",
    `    sourceRepository: ${bicepQuoted(source)}`,
    `    targetRepository: ${bicepQuoted(target)}`,
    ...(credentialSet === undefined ? [] : [`    credentialSetResourceId: ${id}`]),
    "  }",
  ];
  const block = resource(rules.get(name), type("/cacheRules"), body);
  return [...commented("//", notes), ...block];
}

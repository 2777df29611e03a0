import { resource, type Symbols } from "./export-bicep-names.ts";
import { type ExportedGrant, type ExportedSet, grantKey, secretKey } from "./export-cache.ts";
import { bicepQuoted } from "./export-text.ts";

const vaultType = "Microsoft.KeyVault/vaults@2023-07-01";
const secretType = "Microsoft.KeyVault/vaults/secrets@2023-07-01";
const assignmentType = "Microsoft.Authorization/roleAssignments@2022-04-01";

type Lines = readonly string[];

/** The vaults and secrets that roles are assigned on, each once. */
export function vaultBlocks(
  grants: readonly ExportedGrant[],
  { vaults, secrets }: Symbols,
): readonly Lines[] {
  const places = new Map(grants.map((grant) => [secretKey(grant), grant]));
  return [
    ...[...vaults].map(([vault, symbol]) =>
      resource(symbol, vaultType, [`  name: ${bicepQuoted(vault)}`], "existing"),
    ),
    ...[...secrets].flatMap(([key, symbol]) => {
      const place = places.get(key);
      if (!place) return [];
      const body = [`  parent: ${vaults.get(place.vault)}`, `  name: ${bicepQuoted(place.secret)}`];
      return [resource(symbol, secretType, body, "existing")];
    }),
  ];
}

/** Lets the set's own identity read one secret, when asked for. */
export function grantBlock(
  set: ExportedSet,
  symbol: string,
  grant: ExportedGrant,
  { secrets, grants }: Symbols,
): Lines {
  const secret = secrets.get(secretKey(grant));
  const body = [
    `  scope: ${secret}`,
    `  name: guid(${secret}.id, ${symbol}.id, keyVaultSecretsUser)`,
    "  properties: {",
    `    principalId: ${symbol}.identity.principalId`,
    "    principalType: 'ServicePrincipal'",
    "    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)",
    "  }",
  ];
  return resource(grants.get(grantKey(set, grant)), assignmentType, body, "grant");
}

import { aboutExport } from "./export-about.ts";
import type { ExportedCache } from "./export-cache.ts";
import { bicepQuoted, commented, shellWord } from "./export-text.ts";

/** Resources a deployment takes (learn.microsoft.com: "Azure Resource Manager limits", template limits). */
const mostResources = 800;

/** What the file is, how to deploy it, and its parameters. */
export function bicepHead(cache: ExportedCache): readonly string[] {
  const grants = cache.sets.flatMap((set) => set.grants);
  const [, , subscription = "", , group = ""] = cache.id.split("/");
  const where = `--subscription ${shellWord(subscription)} --resource-group ${shellWord(group)}`;
  const file = `--template-file ${shellWord(`${cache.registry}.bicep`)}`;
  const resources = cache.sets.length + cache.rules.length + grants.length;
  return [
    ...commented("//", [
      ...aboutExport(cache),
      "Compare first: no resource should be created or modified. Then deploy.",
      `  az deployment group what-if ${where} ${file}`,
      `  az deployment group create ${where} ${file}`,
      ...(grants.length > 0 ? aboutRoles : []),
      ...(resources > mostResources
        ? [
            `A deployment takes ${mostResources} resources, and here are ${resources}: split the rules between two files.`,
          ]
        : []),
    ]),
    ...(cache.sets.length + cache.rules.length > 0 ? ["", ...registryName(cache)] : []),
    ...(grants.length > 0 ? ["", ...roleParameters] : []),
  ];
}

const aboutRoles = [
  "Role assignments stay as they are unless assignRoles=true is given. That is for a place where they",
  "are not there yet, with the vaults in the same resource group; for other vaults use the commands below.",
];

function registryName({ registry }: ExportedCache): readonly string[] {
  return [
    "@description('Registry, in the resource group that is deployed to.')",
    `param registryName string = ${bicepQuoted(registry)}`,
  ];
}

const roleParameters = [
  "@description('Whether to let the credential sets read their secrets. Fails where they have that role already.')",
  "param assignRoles bool = false",
  "",
  "@description('Key Vault Secrets User, the same in every tenant.')",
  "var keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6'",
];

import type { Command, Printed } from "./hooks-program.ts";
import { registryIdOf } from "./hooks-stage.ts";

interface AzureSet {
  readonly name: string;
  readonly usernameSecretId: string;
  readonly passwordSecretId: string;
}

/** What the Azure CLI sees in these tests; may be changed at any time. */
export interface AzureSide {
  /** By registry: name and live secret of each credential set. */
  sets: Record<string, readonly AzureSet[]>;
  loginServers: Record<string, string>;
  /** How often ARM is asked for the function before it knows it. */
  functionAfter: number;
  functionKey: string;
  /** Called with the parameters of connect.bicep; what it prints ends the deployment. */
  deploy(parameters: Readonly<Record<string, unknown>>): Printed;
  /** Printed instead of what would be, for the commands that begin so. */
  instead: Record<string, Printed>;
}

const subscription = "00000000-0000-4000-8000-00000000f00d";

export function azureSide(): AzureSide {
  return {
    sets: {},
    loginServers: {},
    functionAfter: 0,
    functionKey: "the-function-key-0123456789",
    deploy: () => ({ out: {} }),
    instead: {},
  };
}

/** Answers `az` as the CLI does: JSON, or words on stderr and exit code 1. */
export function azOf(side: AzureSide): (command: Command) => Printed {
  return ({ words, files }) => {
    const line = words.join(" ");
    const other = Object.entries(side.instead).find(([begin]) => line.startsWith(begin));
    if (other) return other[1];
    if (line.startsWith("account show"))
      return { out: { id: subscription, user: { name: "ada@contoso.com" } } };
    if (line.startsWith("functionapp keys list")) return { out: keys(side.functionKey) };
    if (line.startsWith("account get-access-token"))
      return { out: { accessToken: "a-token-of-ada" } };
    if (line.startsWith("deployment group create"))
      return side.deploy(parametersIn(files[0] ?? "{}"));
    if (words[0] === "rest") return rest(side, words[words.indexOf("--url") + 1] ?? "");
    return { err: `ERROR: unexpected: az ${line}`, code: 2 };
  };
}

const keys = (functionKey: string) => ({
  masterKey: "the-master-key-0123456789",
  functionKeys: { default: functionKey },
  systemKeys: { eventgrid_extension: "the-system-key-0123456789" },
});

function parametersIn(file: string): Readonly<Record<string, unknown>> {
  const { parameters } = JSON.parse(file) as { parameters: Record<string, { value: unknown }> };
  return Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value]));
}

function rest(side: AzureSide, url: string): Printed {
  const [, registry, list] = /\/registries\/(\w+)(\/credentialSets)?\?/.exec(url) ?? [];
  if (registry !== undefined && list !== undefined)
    return { out: { value: (side.sets[registry] ?? []).map(shownSet) } };
  if (registry !== undefined)
    return {
      out: {
        id: registryIdOf(registry),
        properties: { loginServer: side.loginServers[registry] ?? `${registry}.azurecr.io` },
      },
    };
  side.functionAfter -= 1;
  if (side.functionAfter < 0) return { out: { name: "larder/secretEvents" } };
  // As az rest words ARM's 404.
  return {
    err: 'ERROR: Not Found({"error":{"code":"NotFound","message":"No such function."}})',
    code: 1,
  };
}

const shownSet = ({ name, usernameSecretId, passwordSecretId }: AzureSet) => ({
  name,
  properties: {
    loginServer: "docker.io",
    authCredentials: [
      {
        name: "Credential1",
        usernameSecretIdentifier: usernameSecretId,
        passwordSecretIdentifier: passwordSecretId,
      },
    ],
  },
});

/** azd's environment behind a deployment, beside what every hook gets. */
export const deployed = (api: string): Readonly<Record<string, string>> => ({
  AZURE_SUBSCRIPTION_ID: subscription,
  AZURE_RESOURCE_GROUP: "rg-larder",
  LARDER_API: api,
  LARDER_APP_NAME: "func-larder",
  LARDER_IDENTITY_PRINCIPAL_ID: "11111111-1111-4111-8111-111111111111",
  LARDER_VAULT_ID: `/subscriptions/${subscription}/resourceGroups/rg-larder/providers/Microsoft.KeyVault/vaults/contoso`,
  LARDER_SYSTEM_TOPIC_ID: `/subscriptions/${subscription}/resourceGroups/rg-larder/providers/Microsoft.EventGrid/systemTopics/vault`,
  LARDER_STATE_STORAGE_ID: `/subscriptions/${subscription}/resourceGroups/rg-larder/providers/Microsoft.Storage/storageAccounts/state`,
});

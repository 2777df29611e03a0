/*
 * What the built-in roles that infra/ assigns to Larder allow, from Microsoft Learn: "Azure built-in roles" for
 * Storage, Security, Monitor and Integration; "Azure Container Registry Entra permissions and roles directory
 * reference". Only kinds that matter here: what deletes or writes, and what src/ calls.
 */

interface Allowed {
  readonly actions: readonly string[];
  readonly dataActions: readonly string[];
}

const registry = "Microsoft.ContainerRegistry/registries";
const repositories = `${registry}/repositories`;
const storage = "Microsoft.Storage/storageAccounts";
const tables = `${storage}/tableServices/tables`;
const queues = `${storage}/queueServices/queues`;
const secrets = "Microsoft.KeyVault/vaults/secrets";

export const builtInRoleActions: Readonly<Record<string, Allowed>> = {
  AcrPull: { actions: [`${registry}/pull/read`], dataActions: [] },
  AcrDelete: { actions: [`${registry}/artifacts/delete`], dataActions: [] },
  // "*/read"; on a registry it reaches no further.
  Reader: { actions: [`${registry}/read`, `${registry}/*/read`], dataActions: [] },
  "Container Registry Cache Rule Administrator": {
    actions: [
      `${registry}/cacheRules/read`,
      `${registry}/cacheRules/write`,
      `${registry}/cacheRules/delete`,
      `${registry}/cacheRules/operationStatuses/read`,
    ],
    dataActions: [],
  },
  "Container Registry Credential Set Administrator": {
    actions: [
      `${registry}/credentialSets/read`,
      `${registry}/credentialSets/write`,
      `${registry}/credentialSets/delete`,
      `${registry}/credentialSets/operationStatuses/read`,
    ],
    dataActions: [],
  },
  "Container Registry Repository Reader": {
    actions: [],
    dataActions: [`${repositories}/content/read`, `${repositories}/metadata/read`],
  },
  "Container Registry Repository Contributor": {
    actions: [],
    dataActions: [
      `${repositories}/content/read`,
      `${repositories}/content/write`,
      `${repositories}/content/delete`,
      `${repositories}/metadata/read`,
      `${repositories}/metadata/write`,
      `${repositories}/metadata/delete`,
    ],
  },
  "Container Registry Repository Catalog Lister": {
    actions: [],
    dataActions: [`${registry}/catalog/read`],
  },
  "Storage Table Data Contributor": {
    actions: [`${tables}/read`, `${tables}/write`, `${tables}/delete`],
    dataActions: [
      `${tables}/entities/read`,
      `${tables}/entities/write`,
      `${tables}/entities/delete`,
      `${tables}/entities/add/action`,
      `${tables}/entities/update/action`,
    ],
  },
  "Storage Queue Data Contributor": {
    actions: [`${queues}/read`, `${queues}/write`, `${queues}/delete`],
    dataActions: [
      `${queues}/messages/read`,
      `${queues}/messages/write`,
      `${queues}/messages/delete`,
      `${queues}/messages/process/action`,
    ],
  },
  "Key Vault Secrets User": {
    actions: [],
    dataActions: [`${secrets}/getSecret/action`, `${secrets}/readMetadata/action`],
  },
  "Key Vault Secrets Officer": {
    actions: [
      "Microsoft.KeyVault/checkNameAvailability/read",
      "Microsoft.KeyVault/deletedVaults/read",
      "Microsoft.KeyVault/locations/*/read",
      "Microsoft.KeyVault/vaults/*/read",
      "Microsoft.KeyVault/operations/read",
    ],
    dataActions: [`${secrets}/*`],
  },
  "EventGrid Data Sender": {
    actions: [
      "Microsoft.EventGrid/topics/read",
      "Microsoft.EventGrid/domains/read",
      "Microsoft.EventGrid/partnerNamespaces/read",
      "Microsoft.EventGrid/namespaces/read",
    ],
    dataActions: ["Microsoft.EventGrid/events/send/action"],
  },
};

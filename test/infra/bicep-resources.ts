import { type Check, files } from "./bicep-project.ts";
import type { Resource } from "./bicep-resource.ts";
import { at, shown, type Value } from "./bicep-value.ts";

export const versionsStable: Check = (project) =>
  files(project).flatMap(({ path, resources }) =>
    resources
      .filter(({ type, apiVersion }) =>
        type.startsWith("Microsoft.Graph/")
          ? apiVersion !== "v1.0"
          : !/^\d{4}-\d{2}-\d{2}$/.test(apiVersion),
      )
      .map(({ line, type, apiVersion }) => `${path}:${line} ${type}@${apiVersion} is not stable`),
  );

/** A type has one api-version in all files. */
export const versionsAgree: Check = (project) => {
  const seen = new Map<string, { readonly apiVersion: string; readonly path: string }>();
  return files(project).flatMap(({ path, resources }) =>
    resources.flatMap(({ type, apiVersion }) => {
      const first = seen.get(type.toLowerCase()) ?? { apiVersion, path };
      seen.set(type.toLowerCase(), first);
      return first.apiVersion === apiVersion
        ? []
        : [`${path} ${type}@${apiVersion}, but ${first.path} has @${first.apiVersion}`];
    }),
  );
};

/** What each new resource of a type must say. */
const lockedDown: readonly (readonly [type: string, property: string, value: Value])[] = [
  ["Microsoft.Storage/storageAccounts", "properties.allowSharedKeyAccess", false],
  ["Microsoft.Storage/storageAccounts", "properties.allowBlobPublicAccess", false],
  ["Microsoft.Storage/storageAccounts", "properties.minimumTlsVersion", "TLS1_2"],
  ["Microsoft.Storage/storageAccounts", "properties.supportsHttpsTrafficOnly", true],
  ["Microsoft.Insights/components", "properties.DisableLocalAuth", true],
  ["Microsoft.KeyVault/vaults", "properties.enableRbacAuthorization", true],
  ["Microsoft.KeyVault/vaults", "properties.enablePurgeProtection", true],
  ["Microsoft.ContainerRegistry/registries", "properties.adminUserEnabled", false],
  ["Microsoft.EventGrid/topics", "properties.disableLocalAuth", true],
  ["Microsoft.EventGrid/topics", "properties.inputSchema", "CloudEventSchemaV1_0"],
  ["Microsoft.Web/sites", "properties.httpsOnly", true],
];

export const lockedDownOnes: Check = (project) =>
  files(project).flatMap(({ path, resources }) =>
    resources
      .filter(({ existing }) => !existing)
      .flatMap((resource) =>
        lockedDown
          .filter(
            ([type, property, value]) =>
              type === resource.type && at(resource.body, property) !== value,
          )
          .map(([, property, value]) => wants(path, resource, property, value)),
      ),
  );

function wants(path: string, resource: Resource, property: string, value: Value): string {
  const given = shown(at(resource.body, property));
  return `${path}:${resource.line} ${resource.symbol} ${property} is ${given}, not ${shown(value)}`;
}

/** Users and passwords of the deployment site are no way in. */
export const publishingOff: Check = (project) => {
  const type = "Microsoft.Web/sites/basicPublishingCredentialsPolicies";
  const of = files(project).flatMap(({ resources }) => resources);
  if (!of.some((one) => one.type === "Microsoft.Web/sites" && !one.existing)) return [];
  const policies = of.filter((one) => one.type === type);
  return ["ftp", "scm"]
    .filter(
      (name) =>
        !policies.some(
          ({ body }) => body.get("name") === name && at(body, "properties.allow") === false,
        ),
    )
    .map((name) => `${type} ${name} is not off`);
};

/** An ARM path of the container registry provider, taken apart. */
export interface ResourcePath {
  readonly subscription: string;
  readonly resourceGroup?: string | undefined;
  /** Undefined: the list of registries, or a location's results. */
  readonly registry?: string | undefined;
  readonly collection?: "cacheRules" | "credentialSets" | "importImage" | undefined;
  readonly name?: string | undefined;
  /** Id of an operation, below a resource (status) or a location (results). */
  readonly operation?: string | undefined;
}

const collections = ["cacheRules", "credentialSets", "importImage"] as const;
const provider =
  /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?\/providers\/Microsoft\.ContainerRegistry\/(.+?)\/?$/i;

/** Undefined when the path is none of the provider's that the stand-in has. Fixed words are read without case. */
export function resourcePath(path: string): ResourcePath | undefined {
  const [, subscription, resourceGroup, rest] = provider.exec(path) ?? [];
  if (subscription === undefined || rest === undefined) return undefined;
  const parts = rest.split("/").map(decoded);
  const [first = "", second, third, fourth, fifth, sixth, ...over] = parts;
  if (over.length > 0) return undefined;
  const whole = {
    subscription,
    ...(resourceGroup !== undefined && { resourceGroup: decoded(resourceGroup) }),
  };
  if (same(first, "locations") && same(third, "operationResults") && parts.length === 4)
    return { ...whole, operation: fourth };
  if (!same(first, "registries")) return undefined;
  if (second === undefined) return whole;
  if (third === undefined) return { ...whole, registry: second };
  const collection = collections.find((one) => same(one, third));
  if (!collection || (fifth !== undefined && !(same(fifth, "operationStatuses") && sixth)))
    return undefined;
  return { ...whole, registry: second, collection, name: fourth, operation: sixth };
}

const same = (a: string | undefined, b: string) => a?.toLowerCase() === b.toLowerCase();

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** "GET …/registries/{registry}/cacheRules/{name}": the name a request is counted under. */
export function armEndpoint(method: string, path: string): string {
  const found = resourcePath(path);
  if (!found) return `${method} (other)`;
  const { registry, collection, name, operation } = found;
  if (registry === undefined)
    return operation ? `${method} operationResults/{id}` : `${method} registries`;
  const parts = [
    "registries/{registry}",
    ...(collection ? [collection] : []),
    ...(name !== undefined ? ["{name}"] : []),
    ...(operation !== undefined ? ["operationStatuses/{id}"] : []),
  ];
  return `${method} ${parts.join("/")}`;
}

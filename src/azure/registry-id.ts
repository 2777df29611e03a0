import { LarderError } from "../domain/errors.ts";

/** A registry as ARM addresses it. */
export interface RegistryId {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}

const shape =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.ContainerRegistry\/registries\/([a-zA-Z0-9]{5,50})$/i;

/** The parts of "/subscriptions/…/registries/{name}"; undefined when the text is no such id. */
export function parseRegistryId(text: string): RegistryId | undefined {
  const [, subscriptionId, resourceGroup, name] = shape.exec(text) ?? [];
  if (subscriptionId === undefined || resourceGroup === undefined || name === undefined)
    return undefined;
  return { subscriptionId, resourceGroup, name };
}

/** The full ARM id of a credential set of the registry. */
export function credentialSetId(registry: RegistryId, name: string): string {
  const { subscriptionId, resourceGroup } = registry;
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerRegistry/registries/${registry.name}/credentialSets/${name}`;
}

/** The served registry of that name, whatever its case; `missing` when it is not served. */
export function requireRegistry(served: readonly RegistryId[], name: string): RegistryId {
  const wanted = name.toLowerCase();
  const found = served.find((one) => one.name.toLowerCase() === wanted);
  if (found) return found;
  throw new LarderError("missing", {
    code: "RegistryNotFound",
    message: `Larder does not serve a registry "${name}". The setting REGISTRIES names those it does.`,
    target: name,
  });
}

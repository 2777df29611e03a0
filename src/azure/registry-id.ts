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

/** The full ARM id: what `parseRegistryId` takes apart, spelled as ARM spells it. */
export function registryArmId({ subscriptionId, resourceGroup, name }: RegistryId): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerRegistry/registries/${name}`;
}

/** The full ARM id of a credential set of the registry. */
export function credentialSetId(registry: RegistryId, name: string): string {
  return `${registryArmId(registry)}/credentialSets/${name}`;
}

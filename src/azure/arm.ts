import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import type { TokenCredential } from "@azure/identity";
import { servedRegistry } from "../domain/served-registry.ts";
import { noSdkRetries } from "./ask.ts";
import { keepRefusals } from "./refused-body.ts";
import type { RegistryId } from "./registry-id.ts";

/** A served registry and the ARM client for its subscription. */
interface ArmRegistry {
  readonly id: RegistryId;
  readonly client: ContainerRegistryManagementClient;
  /** The first two arguments of nearly every call. */
  readonly path: readonly [resourceGroup: string, registry: string];
}

export interface Arm {
  readonly registries: readonly RegistryId[];
  /** `missing` when the registry is not served. */
  registry(name: string): ArmRegistry;
}

/** ARM for the served registries: one client a subscription, made when first needed. */
export function connectArm(options: {
  readonly registries: readonly RegistryId[];
  readonly credential: TokenCredential;
  /** "https://management.azure.com", or another cloud's. */
  readonly endpoint: string;
}): Arm {
  const { registries, credential, endpoint } = options;
  const clients = new Map<string, ContainerRegistryManagementClient>();
  const clientFor = (subscriptionId: string) => {
    const held = clients.get(subscriptionId);
    if (held) return held;
    const client = new ContainerRegistryManagementClient(credential, subscriptionId, {
      endpoint,
      retryOptions: noSdkRetries,
    });
    client.pipeline.addPolicy(keepRefusals());
    clients.set(subscriptionId, client);
    return client;
  };
  return {
    registries,
    registry(name) {
      const id = servedRegistry(registries, name);
      return { id, client: clientFor(id.subscriptionId), path: [id.resourceGroup, id.name] };
    },
  };
}

import type { Registries } from "../../src/domain/ports.ts";
import { servedRegistry } from "../../src/domain/served-registry.ts";

/** The name in lower case of a served registry; `missing` when it is not one of `names`. */
export function requireServed(names: readonly string[], registry: string): string {
  return servedRegistry(
    names.map((name) => ({ name })),
    registry,
  ).name.toLowerCase();
}

type Tier = Awaited<ReturnType<Registries["tier"]>>;

/** `tiers` by name in lower case; "Premium" when absent. */
export function fakeRegistries(
  names: readonly string[],
  tiers: Readonly<Record<string, Tier>> = {},
): Registries {
  return {
    names,
    id: async (registry) =>
      `/subscriptions/6d3f8a1c-2b47-4e0a-9d55-0c1f7e9b2a34/resourceGroups/rg-images/providers/Microsoft.ContainerRegistry/registries/${requireServed(names, registry)}`,
    loginServer: async (registry) => `${requireServed(names, registry)}.azurecr.io`,
    tier: async (registry) => tiers[requireServed(names, registry)] ?? "Premium",
  };
}

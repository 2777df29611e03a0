import type { Registries } from "../../src/domain/ports.ts";
import { servedRegistry } from "../../src/domain/served-registry.ts";

/** The name in lower case of a served registry; `missing` when it is not one of `names`. */
export function requireServed(names: readonly string[], registry: string): string {
  return servedRegistry(
    names.map((name) => ({ name })),
    registry,
  ).name.toLowerCase();
}

export function fakeRegistries(names: readonly string[]): Registries {
  return {
    names,
    loginServer: async (registry) => `${requireServed(names, registry)}.azurecr.io`,
  };
}

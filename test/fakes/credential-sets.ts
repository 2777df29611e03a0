import type { CredentialSet } from "../../src/domain/credential-set.ts";
import type { CredentialSets } from "../../src/domain/ports.ts";
import { requireServed } from "./registries.ts";

export interface FakeCredentialSets extends CredentialSets {
  /** Adds or replaces a set; what is not given is that of a healthy docker.io set. */
  put(registry: string, set: Partial<CredentialSet> & { readonly name: string }): void;
  delete(registry: string, name: string): void;
  names(registry: string): readonly string[];
  /** Without going through the port. */
  find(registry: string, name: string): CredentialSet | undefined;
}

/** Every registry starts with the healthy set "docker-hub" for docker.io. */
export function fakeCredentialSets(registries: readonly string[]): FakeCredentialSets {
  const held = new Map<string, Map<string, CredentialSet>>();
  const of = (registry: string) => {
    const key = requireServed(registries, registry);
    const found = held.get(key) ?? new Map([["docker-hub", healthySet("docker-hub")]]);
    held.set(key, found);
    return found;
  };
  return {
    put: (registry, set) =>
      void of(registry).set(set.name.toLowerCase(), { ...healthySet(set.name), ...set }),
    delete: (registry, name) => void of(registry).delete(name.toLowerCase()),
    names: (registry) => [...of(registry).values()].map(({ name }) => name),
    find: (registry, name) => of(registry).get(name.toLowerCase()),
    list: async (registry) => [...of(registry).values()],
  };
}

function healthySet(name: string): CredentialSet {
  return {
    name,
    loginServer: "docker.io",
    usernameSecretId: `https://contoso.vault.azure.net/secrets/${name}-username`,
    passwordSecretId: `https://contoso.vault.azure.net/secrets/${name}-token`,
    health: { status: "Healthy" },
    principalId: "00000000-0000-4000-8000-000000000001",
    provisioningState: "Succeeded",
  };
}

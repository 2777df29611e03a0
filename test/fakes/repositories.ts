import type { Repositories } from "../../src/domain/ports.ts";
import { requireServed } from "./registries.ts";

/** The images of the registries, as far as repositories go. */
export interface FakeRepositories extends Repositories {
  /** As a push or a first pull through a rule would make it. */
  put(registry: string, repository: string): void;
  /** Locks something in the repository, so that ACR refuses to delete it. */
  lock(registry: string, repository: string): void;
  unlock(registry: string, repository: string): void;
  /** Without going through the port. */
  names(registry: string): readonly string[];
}

export function fakeRepositories(registries: readonly string[]): FakeRepositories {
  const held = new Map<string, Map<string, { locked: boolean }>>();
  const of = (registry: string) => {
    const key = requireServed(registries, registry);
    const found = held.get(key) ?? new Map<string, { locked: boolean }>();
    held.set(key, found);
    return found;
  };
  const setLock = (registry: string, repository: string, locked: boolean) => {
    of(registry).set(repository, { locked });
  };
  const names = (registry: string) => [...of(registry).keys()].sort();
  return {
    put: (registry, repository) => setLock(registry, repository, false),
    lock: (registry, repository) => setLock(registry, repository, true),
    unlock: (registry, repository) => setLock(registry, repository, false),
    names,
    exists: async (registry, repository) => of(registry).has(repository),
    list: async (registry, prefix, limit) =>
      names(registry)
        .filter((name) => name.startsWith(prefix))
        .slice(0, limit),
    async remove(registry, repository) {
      const found = of(registry).get(repository);
      if (!found) return "absent";
      if (found.locked) return "locked";
      of(registry).delete(repository);
      return "removed";
    },
  };
}

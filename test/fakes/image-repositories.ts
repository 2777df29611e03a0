import { anyLock } from "./image-registry.ts";
import type { ImageWorld } from "./image-world.ts";
import type { FakeRepositories } from "./repositories.ts";

/** Repositories that tests put by name, and those that hold images of a world. */
export function withImages(named: FakeRepositories, world: ImageWorld): FakeRepositories {
  const held = (registry: string) => world.images(registry).repositories;
  const names = (registry: string) =>
    [...new Set([...named.names(registry), ...held(registry).keys()])].sort();
  return {
    ...named,
    names,
    exists: async (registry, repository) =>
      held(registry).has(repository) || (await named.exists(registry, repository)),
    async list(registry, prefix, limit) {
      const found = names(registry).filter((name) => name.startsWith(prefix));
      const partial = world.images(registry).switches().listing === "partial";
      return found.slice(0, Math.min(limit, partial ? Math.floor(found.length / 2) : limit));
    },
    async remove(registry, repository) {
      const images = held(registry).get(repository);
      if (!images) return named.remove(registry, repository);
      if (anyLock(images)) return "locked";
      const rest = await named.remove(registry, repository);
      if (rest !== "locked") held(registry).delete(repository);
      return rest === "locked" ? "locked" : "removed";
    },
  };
}

import { LarderError } from "../../src/domain/errors.ts";
import type { Cache, ListedManifest } from "../../src/domain/refresh-ports.ts";
import type { Door } from "./image-door.ts";
import { type HeldManifest, type HeldRepository, tagsOn } from "./image-registry.ts";

/** ACR's own API over the registries of a world. */
export function imageCache(of: (registry: string) => Door): Cache {
  const reach = (registry: string): Door => {
    const door = of(registry);
    const { down, throttled } = door.registry.switches();
    if (down) throw unavailable("RegistryDown", undefined);
    if (throttled) throw unavailable("TooManyRequests", throttled.retryAfterSeconds);
    return door;
  };
  const find = (registry: string, repository: string) =>
    reach(registry).registry.repositories.get(repository);
  return {
    async tags(registry, repository, after) {
      const held = find(registry, repository);
      if (!held) return undefined;
      const { items, next } = pageOf(of(registry), [...held.tags.keys()], after);
      return { next, tags: items.map((tag) => ({ tag, ...listed(held, tag) })) };
    },
    async tag(registry, repository, tag) {
      const held = find(registry, repository);
      return held?.tags.has(tag) ? { tag, ...listed(held, tag) } : undefined;
    },
    async counts(registry, repository) {
      const held = find(registry, repository);
      return held && { tags: held.tags.size, manifests: held.manifests.size };
    },
    async untag(registry, repository, tag) {
      const door = reach(registry);
      const held = door.registry.tag(repository, tag);
      if (!held) return "absent";
      if (held.locked) return "locked";
      door.registry.repositories.get(repository)?.tags.delete(tag);
      noteDeleted(door, repository, [tag]);
      door.note({ kind: "untag", repository, tag, digest: held.digest });
      return "removed";
    },
    async manifests(registry, repository, after) {
      const held = find(registry, repository);
      if (!held) return undefined;
      const { items, next } = pageOf(of(registry), [...held.manifests.keys()], after);
      return { next, manifests: items.flatMap((digest) => shown(held, digest) ?? []) };
    },
    async manifest(registry, repository, digest) {
      const held = find(registry, repository);
      return held && shown(held, digest);
    },
    removeManifest: async (registry, repository, digest) =>
      remove(reach(registry), repository, digest),
  };
}

function listed({ tags }: HeldRepository, tag: string) {
  const { digest = "", locked = false } = tags.get(tag) ?? {};
  return { digest, locked };
}

function shown(held: HeldRepository, digest: string): ListedManifest | undefined {
  const found: HeldManifest | undefined = held.manifests.get(digest);
  return found && { digest, tags: tagsOn(held, digest), locked: found.locked };
}

function remove(door: Door, repository: string, digest: string): "removed" | "absent" | "locked" {
  const held = door.registry.repositories.get(repository);
  const found = held?.manifests.get(digest);
  if (!held || !found) return "absent";
  const tags = tagsOn(held, digest);
  if (found.locked || tags.some((tag) => held.tags.get(tag)?.locked)) return "locked";
  door.registry.remove(repository, digest);
  noteDeleted(door, repository, tags);
  door.note({ kind: "removeManifest", repository, digest, tags });
  return "removed";
}

function noteDeleted({ registry }: Door, repository: string, tags: readonly string[]): void {
  if (!registry.switches().unknownAfterDelete) return;
  for (const tag of tags) registry.deletedTags.add(`${repository}:${tag}`);
}

const pageSize = 100;

/** By name. A partial listing is half of the page, without a sign that more follows. */
function pageOf(
  { registry }: Door,
  names: readonly string[],
  after: string | undefined,
): { readonly items: readonly string[]; readonly next?: string | undefined } {
  const rest = names.filter((name) => after === undefined || name > after).sort();
  const items = rest.slice(0, pageSize);
  if (registry.switches().listing === "partial")
    return { items: items.slice(0, Math.floor(items.length / 2)) };
  return { items, next: rest.length > pageSize ? items.at(-1) : undefined };
}

function unavailable(code: string, retryAfterSeconds: number | undefined): LarderError {
  const message = "The registry does not answer.";
  return new LarderError("unavailable", { code, message }, { retryAfterSeconds });
}

import { createHash } from "node:crypto";
import { cache } from "../../src/azure/cache.ts";
import { type RegistryTokens, registryTokens } from "../../src/azure/registry-tokens.ts";
import type { Registries } from "../../src/domain/ports.ts";
import type { Cache } from "../../src/domain/refresh-ports.ts";
import { virtualClock } from "../fakes/clock.ts";
import { imageWorld } from "../fakes/image-world.ts";
import { registryStage, type Stage } from "./local-acr-stage.ts";

/** A registry "contoso" and what it holds; images have a text each, and a digest by it. */
export interface CacheWorld {
  readonly cache: Cache;
  /** Tags and the texts of the images they name. */
  seed(repository: string, tags: Readonly<Record<string, string>>): void;
  /** Keeps a tag from being removed, in either of ACR's two ways. */
  lock(repository: string, tag: string, way: "deleteEnabled" | "writeEnabled"): void;
  close(): Promise<unknown>;
}

export const cacheWorlds: readonly {
  readonly name: string;
  readonly make: () => Promise<CacheWorld>;
}[] = [
  { name: "in memory", make: async () => inMemory() },
  { name: "over the wire", make: overTheWire },
];

const mediaType = "application/vnd.oci.image.manifest.v1+json";
const bytesOf = (text: string) =>
  Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, text }));
export const digestOf = (text: string) =>
  `sha256:${createHash("sha256").update(bytesOf(text)).digest("hex")}`;

function inMemory(): CacheWorld {
  const world = imageWorld({ clock: virtualClock(), registries: ["contoso"], rules: () => [] });
  return {
    cache: world.cache,
    seed(repository, tags) {
      for (const [tag, text] of Object.entries(tags)) {
        const manifest = { digest: digestOf(text), children: [] };
        world.images("contoso").put(repository, manifest, tag, 0);
      }
    },
    lock: (repository, tag) => world.lock("contoso", repository, tag, true),
    close: async () => undefined,
  };
}

/** The stand-in's registry, and what Larder's side of the wire needs besides it. */
export interface CacheStage extends CacheWorld {
  readonly stage: Stage;
  readonly served: Registries;
  readonly tokens: RegistryTokens;
  /** Requests to the registry since the last time, by endpoint. */
  requests(): Readonly<Record<string, number>>;
}

export async function cacheStage(): Promise<CacheStage> {
  const stage = await registryStage({ name: "contoso", rateLimits: "off" });
  const { storage } = stage.registry;
  const served: Registries = {
    names: ["contoso"],
    id: async () => "/subscriptions/unused",
    loginServer: async () => stage.registry.loginServer(),
    tier: async () => "Premium",
  };
  // The system's clock: the stand-in's may go ahead of it, so that tokens die before their time.
  const tokens = registryTokens(stage.credential);
  return {
    stage,
    served,
    tokens,
    cache: cache(served, tokens),
    seed(repository, tags) {
      for (const [tag, text] of Object.entries(tags))
        storage.put(repository, { bytes: bytesOf(text), mediaType, tag });
    },
    lock(repository, tag, way) {
      const tags = storage.repositories.get(repository)?.tags;
      const held = tags?.get(tag);
      if (!held) throw new Error(`no ${repository}:${tag}`);
      tags?.set(tag, { ...held, attributes: { ...held.attributes, [way]: false } });
    },
    requests() {
      const counts = stage.log.counts()["acr"] ?? {};
      stage.log.clear();
      return counts;
    },
    close: () => stage.close(),
  };
}

async function overTheWire(): Promise<CacheWorld> {
  return cacheStage();
}

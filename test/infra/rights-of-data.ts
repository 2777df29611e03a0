import { secret } from "../../src/domain/secret.ts";
import type { Digest } from "../../src/domain/tag.ts";
import { type Calls, now, repository, type Scene } from "./rights-scene.ts";

type Data = "repositories" | "cache" | "pulls" | "throttle" | "vault" | "secrets";

/** The registry's own data, and the vault's. */
export function dataCalls(scene: Scene): Pick<Calls, Data> {
  const { ports, registry, held } = scene;
  const digest = (): Digest =>
    held.storage.repositories.get(repository)?.tags.get("latest")?.digest ?? "";
  return {
    repositories: {
      exists: () => ports.repositories.exists(registry, repository),
      list: () => ports.repositories.list(registry, "", 10),
      remove: () => ports.repositories.remove(registry, "to/remove"),
    },
    cache: {
      tags: () => ports.cache.tags(registry, repository, undefined),
      tag: () => ports.cache.tag(registry, repository, "latest"),
      counts: () => ports.cache.counts(registry, repository),
      untag: () => ports.cache.untag(registry, "to/untag", "latest"),
      manifests: () => ports.cache.manifests(registry, repository, undefined),
      manifest: () => ports.cache.manifest(registry, repository, digest()),
      removeManifest: () => ports.cache.removeManifest(registry, repository, digest()),
    },
    pulls: {
      get: () => ports.pulls.get(registry, "to/pull", "latest"),
      head: () => ports.pulls.head(registry, "to/pull", "latest"),
    },
    throttle: {
      take: () => ports.throttle.take(registry, 1, { reads: 1, deletes: 0 }),
      stop: () => ports.throttle.stop(registry, now),
    },
    ...vaultCalls(scene),
  };
}

function vaultCalls({ ports, secretId }: Scene): Pick<Calls, "vault" | "secrets"> {
  const token = secretId("docker-hub-token");
  const version = async () => (await ports.secrets.get(token))?.version ?? "";
  return {
    vault: { read: () => ports.vault.read(secretId("docker-hub-username")) },
    secrets: {
      get: () => ports.secrets.get(token),
      put: () => ports.secrets.put(token, secret("another"), { tags: {}, expiresAt: now }),
      tag: async () => ports.secrets.tag(token, await version(), { uuid: "1" }),
      // What is disabled is read by way of its versions.
      async disable() {
        await ports.secrets.disable(token, await version());
        return ports.secrets.get(token);
      },
    },
  };
}

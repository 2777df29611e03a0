import type { FakeArm } from "./cache-rules.ts";
import type { VirtualClock } from "./clock.ts";
import type { FakeCredentialSets } from "./credential-sets.ts";
import type { ImageUpstream } from "./image-upstream.ts";
import { type ImageWorld, imageWorld } from "./image-world.ts";
import type { SecretShelf } from "./secret-shelf.ts";

interface Around {
  readonly clock: VirtualClock;
  readonly registries: readonly string[];
  readonly upstream: ImageUpstream | undefined;
  readonly rules: FakeArm["live"];
  readonly credentialSets: FakeCredentialSets;
  readonly vault: SecretShelf;
}

/**
 * An image world with the rules of ARM and the logins of the credential sets. A set that is not
 * healthy yields no login; one whose secrets nobody put yields a user of the set's own name.
 */
export function imagePortsWorld(around: Around): ImageWorld {
  const { clock, registries, upstream, rules, credentialSets, vault } = around;
  return imageWorld({
    clock,
    registries,
    upstream,
    rules: (registry) =>
      rules(registry).filter(
        ({ provisioningState }) => !/^(Creating|Failed)$/.test(provisioningState),
      ),
    login(registry, name) {
      const set = credentialSets.find(registry, name);
      if (set?.health.status !== "Healthy") return undefined;
      const login = credentialSets.credentialsOf(registry, name);
      if (login) return login;
      return {
        username: vault.find(set.usernameSecretId) ?? set.name,
        password: vault.find(set.passwordSecretId) ?? "",
      };
    },
  });
}

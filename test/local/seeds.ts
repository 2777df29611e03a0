import { randomBytes } from "node:crypto";
import type { AcrRegistry } from "./acr/registry.ts";
import type { Clock } from "./clock.ts";
import type { DockerHub } from "./docker-hub/docker-hub.ts";
import type { KeyVault } from "./vault/key-vault.ts";

/** The credential set that is there from the start, as `.larder/local.json` names it. */
export const dockerHubSet = "docker-hub";
/** User name of the Docker Hub account behind it. */
const hubUser = "larderbot";

const quaySet = "quay-io";
const day = 86_400_000;
/** Near its end, so that a rotation is due at once. */
const tokenDays = 5;

/**
 * A Docker Hub account whose access token lies in the vault with five days left, its password where
 * Larder looks for it to make the next token, and a login for quay.io.
 */
export function seedSecrets(vault: KeyVault, hub: DockerHub, clock: Clock): void {
  const password = randomBytes(12).toString("base64url");
  hub.addAccount({ username: hubUser, password });
  vault.seed(`docker-hub-${hubUser}-password`, password);
  const expiry = Math.floor((clock.now() + tokenDays * day) / 1000);
  const { uuid, token } = hub.createToken(hubUser, {
    label: "larder docker-hub",
    expiresAt: new Date(expiry * 1000).toISOString(),
  });
  vault.seed("docker-hub-username", hubUser);
  vault.seed("docker-hub-token", token, { exp: expiry, tags: { uuid } });
  vault.seed("quay-username", "larder+bot");
  vault.seed("quay-token", randomBytes(24).toString("base64url"));
}

/** Credential sets for docker.io and quay.io in a registry, allowed to read their secrets. */
export function seedCredentialSets(registry: AcrRegistry, vault: KeyVault, vaultUrl: string): void {
  const sets = [
    { name: dockerHubSet, loginServer: "docker.io", secrets: "docker-hub" },
    { name: quaySet, loginServer: "quay.io", secrets: "quay" },
  ];
  for (const { name, loginServer, secrets } of sets) {
    const [username, token] = [`${secrets}-username`, `${secrets}-token`];
    const principalId = registry.addCredentialSet({
      name,
      loginServer,
      usernameSecretId: `${vaultUrl}/secrets/${username}`,
      passwordSecretId: `${vaultUrl}/secrets/${token}`,
    });
    vault.reader.grant(principalId, username);
    vault.reader.grant(principalId, token);
  }
}

import { LarderError } from "../../src/domain/errors.ts";
import type { Vault } from "../../src/domain/ports.ts";
import type { Secrets } from "../../src/domain/rotation-ports.ts";
import { secret } from "../../src/domain/secret.ts";
import { type VirtualClock, virtualClock } from "./clock.ts";
import { isSecretId, type SecretShelf, secretShelf, versionIn } from "./secret-shelf.ts";

/** Both ports to one shelf of secrets, and the shelf itself. */
export interface FakeVault extends Vault, Secrets, SecretShelf {
  /** Whether Larder's own identity has its rights on all secrets, or none. */
  allow(allowed: boolean): void;
}

export function fakeVault(clock: VirtualClock = virtualClock()): FakeVault {
  const shelf = secretShelf(clock);
  let allowed = true;
  const admit = (secretId: string) => {
    if (!isSecretId(secretId))
      throw no("refused", "SecretIdInvalid", `"${secretId}" is not the URL of a secret.`);
    if (!allowed) throw no("lacksRight", "Forbidden", "The app has no permission on the vault.");
  };
  const pick = (secretId: string, version = versionIn(secretId)) => {
    admit(secretId);
    const all = shelf.versions(secretId);
    return version === undefined ? all.at(-1) : all.find((one) => one.version === version);
  };
  return {
    ...shelf,
    allow: (yes) => {
      allowed = yes;
    },
    async read(secretId) {
      const found = pick(secretId);
      if (!found) throw missing(secretId);
      if (found.enabled) return secret(found.value);
      throw no("lacksRight", "Forbidden", "Operation get is not allowed on a disabled secret.");
    },
    async get(secretId, version) {
      const found = pick(secretId, version);
      if (!found) return undefined;
      const { enabled, createdAt: _, ...shown } = found;
      return { ...shown, value: enabled ? secret(found.value) : undefined };
    },
    async put(secretId, value, about) {
      admit(secretId);
      if (!shelf.isDeleted(secretId)) return shelf.seed(secretId, value.reveal(), about);
      throw no("conflict", "SecretDeleted", `${secretId} was deleted; recover or purge it.`);
    },
    async tag(secretId, version, tags) {
      admit(secretId);
      if (!shelf.change(secretId, version, { tags: { ...tags } })) throw missing(secretId);
    },
    async disable(secretId, version) {
      admit(secretId);
      shelf.change(secretId, version, { enabled: false });
    },
  };
}

const no = (reason: LarderError["reason"], code: string, message: string) =>
  new LarderError(reason, { code, message });

const missing = (secretId: string) =>
  no("missing", "SecretNotFound", `There is no secret, or no such version, at ${secretId}.`);

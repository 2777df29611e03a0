import type { KeyVaultSecret, SecretProperties } from "@azure/keyvault-secrets";
import { isReason, LarderError } from "../domain/errors.ts";
import type { HeldSecret, Secrets } from "../domain/rotation-ports.ts";
import { type Secret, secret } from "../domain/secret.ts";
import { secretVersionPattern } from "../domain/secret-place.ts";
import type { Timestamp } from "../domain/time.ts";
import { mustBeThere } from "./absence.ts";
import { ask } from "./ask.ts";
import { disabledVersion } from "./disabled-version.ts";
import { field } from "./sdk-error.ts";
import type { VaultClients, VaultSecret } from "./vault-clients.ts";

type About = Parameters<Secrets["put"]>[2];

/**
 * Azure Policy has a built-in rule that refuses secrets without one ("Secrets should have content type
 * set"). Nobody reads it.
 */
const contentType = "text/plain";

/** 2038-01-19T03:14:07Z: the SDK turns later expiries into negative ones (`| 0` in keyvault-secrets 4.12.0). */
const lastExpiry = 2_147_483_647_000;

/** Key Vault's secrets with their versions. Values leave and enter only inside a `Secret`. */
export function secrets(clients: VaultClients): Secrets {
  return {
    async get(secretId, version) {
      const held = clients.secret(secretId);
      const wanted = version ?? held.version;
      if (wanted !== undefined && !secretVersionPattern.test(wanted)) return undefined;
      return ifThere(read(held, wanted));
    },
    put: async (secretId, value, about) => write(clients.secret(secretId), value, about),
    tag: async (secretId, version, tags) =>
      change(clients.secret(secretId), version, { tags: { ...tags } }),
    async disable(secretId, version) {
      await ifThere(change(clients.secret(secretId), version, { enabled: false }));
    },
  };
}

async function read(held: VaultSecret, version: string | undefined): Promise<HeldSecret> {
  const { client, name, shown } = held;
  const found = await ask(`read ${shown}`, async (abortSignal) => {
    try {
      const options = { abortSignal, ...(version !== undefined && { version }) };
      return await client.getSecret(name, options);
    } catch (error) {
      // The same status and code as without the right to read.
      if (innerCode(error) === "SecretDisabled") return "disabled";
      throw error;
    }
  });
  return found === "disabled"
    ? shownAs(await disabledVersion(held, version))
    : shownAs(found.properties, found);
}

/**
 * Asked again like a read when the vault fails at once: a repeat makes two versions with one value, of
 * which the newer is live, while a value that is not written is lost with its token.
 */
function write(held: VaultSecret, value: Secret, { tags, expiresAt }: About): Promise<string> {
  const { client, name, shown } = held;
  return ask(`write ${shown}`, async (abortSignal) => {
    try {
      const expiry = expiresAt !== undefined && { expiresOn: expiryOf(expiresAt) };
      const options = { abortSignal, contentType, tags: { ...tags }, ...expiry };
      return versionOf((await client.setSecret(name, value.reveal(), options)).properties);
    } catch (error) {
      if (innerCode(error) === "ObjectIsDeletedButRecoverable") throw stillDeleted(held);
      throw error;
    }
  });
}

function expiryOf(expiresAt: Timestamp): Date {
  return new Date(Math.min(Date.parse(expiresAt), lastExpiry));
}

function stillDeleted({ shown, name, vaultName }: VaultSecret): LarderError {
  const az = (verb: string) =>
    `az keyvault secret ${verb} --vault-name ${vaultName} --name ${name}`;
  return new LarderError("conflict", {
    code: "SecretDeleted",
    message: `Could not write ${shown}: it was deleted and its name is not free yet. Get it back with "${az("recover")}", or if nobody needs what was in it, free the name with "${az("purge")}".`,
  });
}

/** `missing` also for what cannot be a version: Key Vault takes an empty one for the newest. */
async function change(
  { client, name, shown }: VaultSecret,
  version: string,
  what: { readonly tags: Record<string, string> } | { readonly enabled: false },
): Promise<void> {
  if (!secretVersionPattern.test(version))
    throw new LarderError("missing", {
      code: notFound,
      message: `There is no version "${version}" of ${shown}.`,
    });
  await ask(`change version ${version} of ${shown}`, (abortSignal) =>
    client.updateSecretProperties(name, version, { ...what, abortSignal }),
  );
}

const notFound = "SecretNotFound";

/** `undefined` only where Key Vault itself says that the secret or the version is not there. */
async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isReason(error, "missing") && error.problem.code === notFound) return undefined;
    throw mustBeThere(error);
  }
}

function shownAs(properties: SecretProperties, found?: KeyVaultSecret): HeldSecret {
  return {
    version: versionOf(properties),
    value: found?.value === undefined ? undefined : secret(found.value),
    expiresAt: properties.expiresOn?.toISOString(),
    tags: properties.tags ?? {},
  };
}

function versionOf({ version }: SecretProperties): string {
  if (version) return version;
  throw new LarderError("unavailable", {
    code: "UnreadableAnswer",
    message: "The vault's answer names no version.",
  });
}

/** Key Vault's finer code, which tells apart what shares a status and a code. */
function innerCode(error: unknown): unknown {
  return field(field(field(field(error, "details"), "error"), "innerError"), "code");
}

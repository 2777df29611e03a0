import type { SecretEvent } from "./secret-event.ts";
import {
  secretNamePattern,
  secretPlace,
  secretVersionPattern,
  vaultNamePattern,
} from "./secret-place.ts";

/** Why an event means nothing to Larder: a sentence, free of what the event says but for its type. */
interface Ignored {
  readonly ignored: string;
}

const types = ["SecretNearExpiry", "SecretExpired", "SecretNewVersionCreated"] as const;
const typePrefix = "microsoft.keyvault.";

/**
 * A Key Vault event in Event Grid's schema or as a CloudEvent 1.0. Never throws. The documentation spells
 * keys and values in several ways (facts/functions.md section 3.1), so both are taken trimmed, keys in
 * any case, values as text or numbers; of two spellings of a key the first that says something counts.
 *
 * Where the names disagree, `Id` is believed: it is the secret's URL, which is what credential sets
 * name their secrets by, and `VaultName` and `ObjectName` only repeat parts of it.
 */
export function parseSecretEvent(event: unknown): SecretEvent | Ignored {
  const envelope = fieldsOf(event);
  if (!envelope) return { ignored: "It is no object." };
  const written = text(envelope, "eventtype") ?? text(envelope, "type");
  const type = types.find((one) => written?.toLowerCase() === typePrefix + one.toLowerCase());
  if (!type)
    return { ignored: `It is of a type that Larder does not follow${shownType(written)}.` };
  const data = fieldsOf(envelope.get("data")?.find((value) => fieldsOf(value)));
  if (!data) return { ignored: `${type} came without data.` };
  if (text(data, "objecttype")?.toLowerCase() !== "secret")
    return { ignored: `${type} came for something that is not called a secret.` };
  const place = placeOf(data, text(envelope, "subject"));
  if (!place) return { ignored: `${type} names no vault, or no secret.` };
  return { type, ...place };
}

/** Own fields of an object by name, trimmed and in lower case: nothing in a prototype counts, whatever the names. */
type Fields = ReadonlyMap<string, readonly unknown[]>;

function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const fields = new Map<string, unknown[]>();
  for (const [name, one] of Object.entries(value)) {
    const key = name.trim().toLowerCase();
    fields.set(key, [...(fields.get(key) ?? []), one]);
  }
  return fields;
}

/** A field as trimmed text; undefined when it is absent, blank, or neither text nor a number. */
function text(fields: Fields, name: string): string | undefined {
  const texts = (fields.get(name) ?? []).map((value) =>
    typeof value === "string" || Number.isFinite(value) ? String(value).trim() : "",
  );
  return texts.find((one) => one !== "");
}

function placeOf(data: Fields, subject: string | undefined): Omit<SecretEvent, "type"> | undefined {
  const byId = secretPlace(text(data, "id") ?? "");
  const vault = byId?.vault ?? fitting(vaultNamePattern, text(data, "vaultname"));
  const secret =
    byId?.secret ??
    fitting(secretNamePattern, text(data, "objectname")) ??
    fitting(secretNamePattern, subject);
  const version = byId?.version ?? fitting(secretVersionPattern, text(data, "version"));
  if (vault === undefined || secret === undefined) return undefined;
  return {
    vault: vault.toLowerCase(),
    ...(byId && { host: byId.host }),
    secret: secret.toLowerCase(),
    ...(version !== undefined && { version }),
  };
}

function fitting(pattern: RegExp, value: string | undefined): string | undefined {
  return value !== undefined && pattern.test(value) ? value : undefined;
}

/** Only what looks like a type of Key Vault's is said again. */
function shownType(written: string | undefined): string {
  return written !== undefined && /^microsoft\.keyvault\.[a-z]{1,40}$/i.test(written)
    ? `: ${written}`
    : "";
}

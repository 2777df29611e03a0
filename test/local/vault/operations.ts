import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Answer, Call } from "../service.ts";
import type { Backups } from "./backup.ts";
import { deletedBundle, deletedItem, secretBundle, secretItem, versionItem } from "./bundles.ts";
import { page } from "./paging.ts";
import {
  alreadyExists,
  badParameter,
  deletedButRecoverable,
  disabled,
  secretNotFound,
} from "./refusals.ts";
import type {
  SecretStore,
  SecretVersion,
  StoredSecret,
  VersionProperties,
} from "./secret-store.ts";
import { current, softDeleted } from "./secret-store.ts";

/** What an operation works on; the caller has been let in already. */
export interface Context {
  readonly call: Call;
  readonly store: SecretStore;
  readonly backups: Backups;
  readonly clock: Clock;
  /** "" where the path has none. */
  readonly name: string;
  readonly version: string;
  readonly onNewVersion: (secret: StoredSecret) => void;
}

const Properties = z.object({
  contentType: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  attributes: z
    .object({
      enabled: z.boolean().optional(),
      nbf: z.int().optional(),
      exp: z.int().optional(),
    })
    .optional(),
});
const SetBody = Properties.extend({ value: z.string() });
const RestoreBody = z.object({ value: z.string() });
/** The documented size of a secret. */
const maximumBytes = 25_600;

function body<T>(schema: z.ZodType<T>, { body: bytes }: Call): T {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString());
  } catch {
    return badParameter("The request body is not JSON.");
  }
  const parsed = schema.safeParse(json);
  return parsed.success ? parsed.data : badParameter(z.prettifyError(parsed.error));
}

const flat = ({ attributes, ...rest }: z.infer<typeof Properties>): VersionProperties => ({
  ...rest,
  ...attributes,
});

const ok = (body: unknown): Answer => ({ status: 200, body });
const live = ({ store, name }: Context) => store.find(name) ?? secretNotFound(name);
const gone = ({ store, name }: Context) => store.findDeleted(name) ?? secretNotFound(name);

function chosen({ name, version }: Context, secret: StoredSecret): SecretVersion {
  if (version === "") return current(secret);
  const found = secret.versions.find((one) => one.version === version.toLowerCase());
  return found ?? secretNotFound(`${name}/${version}`);
}

export function setSecret(context: Context): Answer {
  const { call, store, name, onNewVersion } = context;
  const { value, ...properties } = body(SetBody, call);
  if (Buffer.byteLength(value) > maximumBytes) badParameter("The value exceeds 25 KB.");
  if (store.findDeleted(name)) deletedButRecoverable(name);
  const made = store.add(name, value, flat(properties));
  const secret = live(context);
  onNewVersion(secret);
  return ok(secretBundle(call.origin, secret.name, made));
}

export function getSecret(context: Context): Answer {
  const secret = live(context);
  const version = chosen(context, secret);
  // `nbf` and `exp` inform only: an expired or not yet valid secret is still handed out (documented).
  if (!version.enabled) disabled();
  return ok(secretBundle(context.call.origin, secret.name, version));
}

export function updateSecret(context: Context): Answer {
  const { call, store, clock } = context;
  const secret = live(context);
  const before = chosen(context, secret);
  const given = Object.entries(flat(body(Properties, call)));
  const changed: SecretVersion = {
    ...before,
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    updated: clock.now(),
  };
  store.replace({
    ...secret,
    versions: secret.versions.map((one) => (one === before ? changed : one)),
  });
  return ok(versionItem(call.origin, secret.name, changed));
}

export function listSecrets({ call, store }: Context): Answer {
  return page(call, store.list("live"), (secret) => secretItem(call.origin, secret));
}

/** In the order of their ids: no order is documented, so no client may count on one. */
export function listVersions(context: Context): Answer {
  const { call } = context;
  const { name, versions } = live(context);
  const sorted = versions.toSorted((a, b) => (a.version < b.version ? -1 : 1));
  return page(call, sorted, (version) => versionItem(call.origin, name, version));
}

export function deleteSecret(context: Context): Answer {
  const { call, store, clock } = context;
  const deleted = softDeleted(live(context), clock.now());
  store.replace(deleted);
  return ok(deletedBundle(call.origin, deleted));
}

export function listDeleted({ call, store }: Context): Answer {
  return page(call, store.list("deleted"), (secret) => deletedItem(call.origin, secret));
}

export function getDeleted(context: Context): Answer {
  return ok(deletedBundle(context.call.origin, gone(context)));
}

export function purgeDeleted(context: Context): Answer {
  context.store.purge(gone(context).name);
  return { status: 204 };
}

export function recoverDeleted(context: Context): Answer {
  const { name, versions } = gone(context);
  const recovered = { name, versions };
  context.store.replace(recovered);
  return ok(versionItem(context.call.origin, name, current(recovered)));
}

export function backupSecret(context: Context): Answer {
  return ok({ value: context.backups.seal(live(context)) });
}

export function restoreSecret({ call, store, backups }: Context): Answer {
  const secret = backups.open(body(RestoreBody, call).value);
  if (!secret) return badParameter("The backup blob is not one of this vault.");
  if (store.findDeleted(secret.name)) deletedButRecoverable(secret.name);
  if (store.find(secret.name)) alreadyExists(secret.name);
  store.replace(secret);
  return ok(versionItem(call.origin, secret.name, current(secret)));
}

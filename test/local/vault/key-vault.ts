import type { Clock } from "../clock.ts";
import type { Identity, VaultReader } from "../doors.ts";
import type { Call, Service } from "../service.ts";
import type { Access } from "./access.ts";
import { forbiddenMessage, access as makeAccess } from "./access.ts";
import { backups } from "./backup.ts";
import type { EventGrid } from "./event-grid.ts";
import { secretEvents } from "./events.ts";
import {
  badParameter,
  challenge,
  disabledMessage,
  forbidden,
  noSuchOperation,
} from "./refusals.ts";
import type { Match } from "./routes.ts";
import { match } from "./routes.ts";
import type { SecretStore, StoredSecret, VersionProperties } from "./secret-store.ts";
import { current, secretStore, softDeleted } from "./secret-store.ts";

export interface KeyVault {
  readonly service: Service;
  readonly reader: VaultReader;
  readonly access: Access;
  /** Puts a version in without HTTP: what a deployment finds there. */
  seed(name: string, value: string, properties?: VersionProperties): void;
  /** Deletes a secret without HTTP, softly; nothing when it is not there. */
  drop(name: string): void;
  /** Looks for secrets near or past their expiry and tells Event Grid. Called on every tick. */
  tick(): void;
  /** For GET /state: names, versions, attributes and grants, never a value. */
  state(): unknown;
}

export interface KeyVaultOptions {
  /** As it stands in messages and events: "larder". */
  readonly name: string;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly tenantId: string;
  readonly eventGrid: EventGrid;
  /** The vault's address once it listens; ids in events and secret URLs begin with it. */
  readonly url: () => string;
}

const audience = "https://vault.azure.net";
/** facts/functions.md section 3. */
const apiVersions = ["7.5", "7.6", "2025-07-01", "2026-04-01"];

interface Parts {
  readonly options: KeyVaultOptions;
  readonly store: SecretStore;
  readonly access: Access;
}

/** Key Vault, secrets only (facts/functions.md section 3). The app's own identity may do everything. */
export function keyVault(options: KeyVaultOptions): KeyVault {
  const { clock, identity } = options;
  const access = makeAccess();
  access.allowAll(identity.appPrincipalId);
  const parts: Parts = { options, store: secretStore(clock), access };
  const { store } = parts;
  const events = secretEvents({ ...options, vaultName: options.name, store });
  const shared = {
    store,
    clock,
    backups: backups(),
    onNewVersion: (secret: StoredSecret) => events.newVersion(secret),
  };
  return {
    service: {
      name: "vault",
      endpoint({ method, path }) {
        const found = match(method, path);
        return "allowed" in found ? "other" : `${method} ${found.route.path}`;
      },
      answer(call) {
        const { route, name, version } = admit(parts, call);
        return route.run({ ...shared, call, name, version });
      },
    },
    reader: {
      readAs: (principalId, secretUrl) => readAs(parts, principalId, secretUrl),
      grant: (principalId, secretName) => access.grant(principalId, secretName),
    },
    access,
    seed: (name, value, properties = {}) => void store.add(name, value, properties),
    drop(name) {
      const found = store.find(name);
      if (found) store.replace(softDeleted(found, clock.now()));
    },
    tick: () => events.tick(),
    state: () => ({
      secrets: store.list("live").map(withoutValues),
      deletedSecrets: store.list("deleted").map(withoutValues),
      grants: access.state(),
    }),
  };
}

function withoutValues({ name, versions }: StoredSecret) {
  return { name, versions: versions.map((version) => ({ ...version, value: undefined })) };
}

/** The operation a call may do; refuses in Key Vault's order: token, version, operation, name, permission. */
function admit({ options, access }: Parts, call: Call): Match {
  const { identity, tenantId, name: vaultName } = options;
  const { authorization } = call.headers;
  const principalId = identity.verify(authorization, audience);
  if (principalId === undefined) return challenge(tenantId, authorization !== undefined);
  const version = call.query.get("api-version");
  if (!apiVersions.includes(version ?? ""))
    badParameter(`The api-version '${version}' is not one of ${apiVersions.join(", ")}.`);
  const found = match(call.method, call.path);
  if ("allowed" in found) return noSuchOperation(found.allowed);
  const { route, name } = found;
  if (name !== "" && !/^[0-9a-zA-Z-]{1,127}$/.test(name))
    badParameter(`The request URI contains an invalid name: ${name}`);
  const caller = { principalId, tenantId, kind: "app" } as const;
  if (!access.may(principalId, route.permission, name === "" ? undefined : name))
    forbidden(forbiddenMessage(caller, route.permission, vaultName));
  return found;
}

function readAs(
  { options, store, access }: Parts,
  principalId: string,
  secretUrl: string,
): ReturnType<VaultReader["readAs"]> {
  const { name: vaultName, tenantId, url } = options;
  const own = secretUrl.startsWith(`${url()}/secrets/`);
  const found = own ? match("GET", secretUrl.slice(url().length)) : undefined;
  if (!found || "allowed" in found || found.route.permission !== "get")
    return { absent: `${secretUrl} is not a secret of key vault '${vaultName}'.` };
  const caller = { principalId, tenantId, kind: "credentialSet" } as const;
  if (!access.may(principalId, "get", found.name))
    return { forbidden: forbiddenMessage(caller, "get", vaultName) };
  const secret = store.find(found.name);
  const version = found.version
    ? secret?.versions.find((one) => one.version === found.version)
    : secret && current(secret);
  if (!version) return { absent: `A secret with (name/id) ${found.name} was not found.` };
  return version.enabled ? { value: version.value } : { forbidden: disabledMessage };
}

import { readFileSync } from "node:fs";
import { ManagedIdentityCredential, type TokenCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import type { Clock } from "../local/clock.ts";
import { clock as makeClock } from "../local/clock.ts";
import type { Faults } from "../local/faults.ts";
import { faults as makeFaults } from "../local/faults.ts";
import type { LocalIdentity } from "../local/identity/identity.ts";
import { localIdentity } from "../local/identity/identity.ts";
import type { RequestLog } from "../local/request-log.ts";
import { requestLog } from "../local/request-log.ts";
import { listen } from "../local/service.ts";
import { authority } from "../local/tls.ts";
import type { EventGrid } from "../local/vault/event-grid.ts";
import { eventGrid as makeEventGrid } from "../local/vault/event-grid.ts";
import type { KeyVault } from "../local/vault/key-vault.ts";
import { keyVault } from "../local/vault/key-vault.ts";

/** A vault and an identity endpoint on real sockets, and the SDK client of the app. */
export interface Stage {
  readonly vault: KeyVault;
  readonly identity: LocalIdentity;
  readonly eventGrid: EventGrid;
  /** The vault's. */
  readonly clock: Clock;
  /** The token authority's, apart so that moving time does not end the client's token. */
  readonly tokenClock: Clock;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly url: string;
  readonly identityUrl: string;
  readonly client: SecretClient;
  /** PEM of the authority behind the vault's certificate. */
  readonly ca: string;
  close(): Promise<void>;
}

/**
 * Starts a stage. Points IDENTITY_ENDPOINT and IDENTITY_HEADER at it, as App Service would. The SDK keeps
 * managed-identity tokens for the whole process, so a file that opens several stages has the client's
 * tokens "issued" by each stage itself.
 */
export async function openStage(
  tokens: "managedIdentity" | "issued" = "managedIdentity",
): Promise<Stage> {
  const clock = makeClock();
  const faults = makeFaults();
  const log = requestLog();
  const around = { faults, log, delayMs: 0 };
  const tokenClock = makeClock();
  const identity = localIdentity(tokenClock);
  const eventGrid = makeEventGrid(clock);
  let url = "";
  const { tenantId } = identity;
  const vault = keyVault({
    name: "larder",
    clock,
    identity,
    tenantId,
    eventGrid,
    url: () => url,
  });
  const certificate = await authority([]);
  const identityListener = await listen(identity.service, around, {});
  const listener = await listen(vault.service, around, { certificate });
  url = listener.url;
  process.env["IDENTITY_ENDPOINT"] = identityListener.url + identity.path;
  process.env["IDENTITY_HEADER"] = identity.header;
  const issued: TokenCredential = {
    getToken: async () => ({
      token: identity.issue(identity.appPrincipalId, "https://vault.azure.net"),
      expiresOnTimestamp: Date.now() + 3_600_000,
    }),
  };
  const credential = tokens === "issued" ? issued : new ManagedIdentityCredential();
  const client = new SecretClient(url, credential, {
    disableChallengeResourceVerification: true,
    retryOptions: { maxRetries: 0 },
    tlsOptions: { ca: certificate.ca },
  });
  return {
    vault,
    identity,
    eventGrid,
    clock,
    tokenClock,
    faults,
    log,
    url,
    identityUrl: identityListener.url,
    client,
    ca: certificate.ca,
    async close() {
      eventGrid.close();
      await Promise.all([listener.close(), identityListener.close()]);
    },
  };
}

/** All of a paged list. */
export async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of pages) found.push(one);
  return found;
}

/** Text of a file, undefined when it is not there. */
export function readIfThere(path: URL): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

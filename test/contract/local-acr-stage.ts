import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { ContainerRegistryClient } from "@azure/container-registry";
import { acrService } from "../local/acr/acr-service.ts";
import type { PushEvent } from "../local/acr/events.ts";
import type { NewRegistry } from "../local/acr/registry.ts";
import { armSide } from "../local/arm/arm-side.ts";
import { clock } from "../local/clock.ts";
import { dockerHub } from "../local/docker-hub/docker-hub.ts";
import type { VaultReader } from "../local/doors.ts";
import { faults } from "../local/faults.ts";
import { localIdentity } from "../local/identity/identity.ts";
import { requestLog } from "../local/request-log.ts";
import { listen } from "../local/service.ts";
import { authority } from "../local/tls.ts";
import { upstreamSide } from "../local/upstream/upstream-side.ts";

const subscriptionId = "00000000-0000-0000-0000-000000000000";
const resourceGroup = "myResourceGroup";
export const vaultUrl = "https://myvault.vault.azure.net/secrets";

/** Secrets by name, readable by whom they were granted to. */
function smallVault(values: Record<string, string>): VaultReader {
  const granted = new Set<string>();
  return {
    readAs(principalId, secretUrl) {
      const name = new URL(secretUrl).pathname.split("/")[2] ?? "";
      const value = values[name];
      if (!granted.has(`${principalId} ${name}`)) return { forbidden: `${principalId} may not` };
      return value === undefined
        ? { absent: `A secret with name ${name} was not found` }
        : { value };
    },
    grant: (principalId, name) => void granted.add(`${principalId} ${name}`),
  };
}

/** One for all stages of a process: two authorities of one name cannot both be trusted. */
const certified = authority([]);

/**
 * ARM and one registry over TLS, in front of the stand-in's own upstream registries and Docker Hub.
 * "docker-hub" is a credential set that works; the operations of ARM take effect at once.
 */
export async function registryStage(wanted: Partial<NewRegistry> = {}) {
  const time = clock();
  const parts = { clock: time, faults: faults(), log: requestLog() };
  const identity = localIdentity(time);
  const hub = dockerHub(parts);
  hub.addAccount({ username: "larder", password: "right" });
  const upstream = upstreamSide({ ...parts, hub });
  const secrets: Record<string, string> = { username: "larder", password: "right" };
  const vault = smallVault(secrets);
  const doors = { ...parts, identity, vault, upstream };
  const arm = armSide({ ...doors, subscriptionId, resourceGroup });
  const events: PushEvent[] = [];
  const fast = { operationMs: 0, operationPolls: 0, importDelayMs: 0 };
  const registry = arm.addRegistry({
    name: "myRegistry",
    onEvent: (event) => events.push(event),
    ...fast,
    ...wanted,
  });
  const plane = acrService(registry, doors);
  const certificate = await certified;
  setDefaultCACertificates([...getCACertificates("default"), certificate.ca]);
  const around = { ...parts, delayMs: 0 };
  const armAt = await listen(arm.service, around, { certificate });
  const acrAt = await listen(plane, around, { certificate });
  registry.setLoginServer(acrAt.url.replace("https://", ""));
  const principal = registry.addCredentialSet({
    name: "docker-hub",
    loginServer: "docker.io",
    usernameSecretId: `${vaultUrl}/username`,
    passwordSecretId: `${vaultUrl}/password`,
  });
  for (const name of ["username", "password"]) vault.grant(principal, name);
  const credential = {
    getToken: (scopes: string | string[]) =>
      Promise.resolve({
        token: identity.issue(identity.appPrincipalId, String(scopes).replace("/.default", "")),
        expiresOnTimestamp: time.now() + 3_600_000,
      }),
  };
  return {
    ...doors,
    credential,
    hub,
    secrets,
    arm: armAt.url,
    acr: acrAt.url,
    ca: certificate.ca,
    registry,
    plane,
    events,
    base: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerRegistry/registries/myRegistry`,
    management: new ContainerRegistryManagementClient(credential, subscriptionId, {
      endpoint: armAt.url,
      retryOptions: { maxRetries: 0 },
    }),
    data: new ContainerRegistryClient(acrAt.url, credential, { retryOptions: { maxRetries: 0 } }),
    close: () => Promise.all([armAt.close(), acrAt.close()]),
  };
}

export type Stage = Awaited<ReturnType<typeof registryStage>>;

/** A rule that is active at once, made without ARM. */
export function addRule(
  { registry }: Stage,
  sourceRepository: string,
  targetRepository: string,
  name = targetRepository.replaceAll(/[^a-z0-9]/g, "-"),
): void {
  const set = sourceRepository.startsWith("docker.io/")
    ? { credentialSetResourceId: "/registries/myRegistry/credentialSets/docker-hub" }
    : {};
  const properties = { sourceRepository, targetRepository, ...set };
  registry.rules.start({ name, properties, afterMs: 0, by: "test" });
}

/** A plain request to ARM with a good token. */
export async function askArm(
  { arm, identity }: Stage,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  const token = identity.issue(identity.appPrincipalId, "https://management.azure.com");
  const url = path.startsWith("https:")
    ? path
    : `${arm}${path}${path.includes("api-version") ? "" : "?api-version=2025-11-01"}`;
  return fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** A plain request to the registry, with the anonymous token dance when it is challenged. */
export async function askAcr(
  { acr }: Stage,
  method: string,
  path: string,
  options: { readonly headers?: Record<string, string>; readonly body?: Buffer | string } = {},
): Promise<Response> {
  const send = (authorization?: string) =>
    fetch(`${acr}${path}`, {
      method,
      headers: { ...(authorization && { authorization }), ...options.headers },
      ...(options.body !== undefined && { body: new Uint8Array(Buffer.from(options.body)) }),
    });
  const first = await send();
  if (first.status !== 401) return first;
  const challenge = first.headers.get("www-authenticate") ?? "";
  const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? "";
  const query = new URLSearchParams({ service: part("service"), scope: part("scope") });
  const granted = await fetch(`${part("realm")}?${query.toString()}`);
  const { access_token: token } = (await granted.json()) as { access_token?: string };
  return token === undefined ? first : send(`Bearer ${token}`);
}

/** Code of the first error in ARM's or a registry's envelope. */
export async function codeOf(response: Response): Promise<string | undefined> {
  const body = (await response.json()) as {
    error?: { code: string };
    errors?: { code: string }[];
  };
  return body.error?.code ?? body.errors?.[0]?.code;
}

interface Index {
  readonly manifests: readonly {
    readonly digest: string;
    readonly platform: { readonly architecture: string };
  }[];
}

/** Pulls of one repository, by whoever may. */
export function pulls(stage: Stage, repository: string) {
  const manifest = (reference: string, method = "GET") =>
    askAcr(stage, method, `/v2/${repository}/manifests/${reference}`);
  return {
    manifest,
    /** The index and its amd64 image, until both are stored. Returns the image's digest. */
    async amd64(): Promise<string> {
      const index = (await (await manifest("latest")).json()) as Index;
      const child = index.manifests.find(({ platform }) => platform.architecture === "amd64");
      await manifest(child?.digest ?? "");
      await stage.plane.settled();
      return child?.digest ?? "";
    },
  };
}

export const digestOf = (response: Response) => response.headers.get("docker-content-digest");
export const originOf = (response: Response) => response.headers.get("x-azure-origin");

/** A page of tags as a client reads it. */
export interface TagPage {
  readonly tags: readonly { readonly name: string }[];
}

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AcrRegistry, NewRegistry } from "./acr/registry.ts";
import { appSettings } from "./app-settings.ts";
import { startAzurite } from "./azurite.ts";
import type { Clock } from "./clock.ts";
import type { Cloud } from "./cloud.ts";
import { cloud as makeCloud, registryId, vaultArmId } from "./cloud.ts";
import { control } from "./control/control.ts";
import { faults } from "./faults.ts";
import { connectTo, upstreamHosts } from "./host-names.ts";
import { requestLog } from "./request-log.ts";
import { seedCredentialSets } from "./seeds.ts";
import type { Listener, Service } from "./service.ts";
import { listen } from "./service.ts";
import { authority } from "./tls.ts";
import { world } from "./world.ts";

export interface StandInOptions {
  /** Registries to begin with; default: one, "larderdev". */
  readonly registries?: readonly NewRegistry[];
  readonly clock?: Clock;
  /** Before every answer of every service, milliseconds. */
  readonly delayMs?: number;
  /** Where the authority's PEM is put; default: a temporary file that goes with `close`. */
  readonly caFile?: string;
}

export interface StandIn extends Cloud {
  /** PEM of the authority behind all https addresses. */
  readonly ca: string;
  readonly caFile: string;
  readonly registries: readonly AcrRegistry[];
  /** Addresses without a slash at the end. */
  readonly urls: Readonly<
    Record<"arm" | "vault" | "dockerHub" | "topic" | "identity" | "control", string>
  >;
  /** Connection string of Azurite. */
  readonly storage: string;
  /** The app's settings, everything but the host's own: environment for a child process. */
  readonly settings: Readonly<Record<string, string>>;
  /** Starts another registry with the seeded credential sets. Throws Error when the name is taken. */
  startRegistry(wanted: NewRegistry): Promise<AcrRegistry>;
  close(): Promise<void>;
}

/** How often due events are looked for. */
const tickMs = 100;

interface Closable {
  close(): Promise<void> | void;
}

/** Starts Azure, Docker Hub and the upstream registries on loopback, on free ports. */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const opened: Closable[] = [];
  const keep: Keep = (one) => {
    opened.push(one);
    return one;
  };
  const close = async () => {
    await Promise.all(opened.splice(0).map(async (one) => one.close()));
  };
  try {
    return { ...(await start(options, keep)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Notes a thing that `close` must close. */
type Keep = <T extends Closable>(one: T) => T;

async function start(options: StandInOptions, keep: Keep): Promise<Omit<StandIn, "close">> {
  const { delayMs = 0, registries: wanted = [{ name: "larderdev" }] } = options;
  const azurite = startAzurite();
  keep({ close: () => azurite.then((one) => one.close()).catch(() => undefined) });
  const certificate = await authority(upstreamHosts());
  const ca = keep(putCa(certificate.ca, options.caFile));
  let vaultUrl = "";
  const cloud = makeCloud({ clock: options.clock, vaultUrl: () => vaultUrl });
  const around = { faults: cloud.faults, log: cloud.log, delayMs };
  const plain: Open = async (service) => keep(await listen(service, around, {}));
  const secure: Open = async (service) => keep(await listen(service, around, { certificate }));
  const listeners = await openAll(cloud, plain, secure);
  vaultUrl = listeners.vault.url;
  keep(cloud.eventGrid);
  keep(ticker(cloud));
  const registries: AcrRegistry[] = [];
  const startRegistry = async (asked: NewRegistry) => {
    const registry = await openRegistry(cloud, asked, secure);
    seedCredentialSets(registry, cloud.vault, vaultUrl);
    registries.push(registry);
    return registry;
  };
  for (const one of wanted) await startRegistry(one);
  // The control API stands outside: no faults hit it, and it is not counted.
  const outside = { faults: faults(), log: requestLog(), delayMs: 0 };
  const controlled = control(world(cloud, registries, startRegistry));
  const { port } = keep(await listen(controlled, outside, {}));
  const { connectionString: storage } = await azurite;
  const urls = { ...addresses(listeners), control: `http://127.0.0.1:${port}` };
  const settings = appSettings({
    armUrl: urls.arm,
    vaultUrl,
    topicUrl: urls.topic,
    identityEndpoint: urls.identity + cloud.identity.path,
    identityHeader: cloud.identity.header,
    caFile: ca.file,
    storage,
    registries: registries.map(({ name }) => registryId(name)),
    vaultArmId: vaultArmId(),
    connectTo: connectTo(listeners.upstream.port, listeners.dockerHub.port),
  });
  const shown = { ca: certificate.ca, caFile: ca.file, registries, urls, storage, settings };
  return { ...cloud, ...shown, startRegistry };
}

type Open = (service: Service) => Promise<Listener>;
type Listeners = Awaited<ReturnType<typeof openAll>>;

/** Everything but registries and the control API; the SDKs take plain http from the identity endpoint only. */
async function openAll(cloud: Cloud, plain: Open, secure: Open) {
  const [identity, arm, vault, topic, dockerHub, upstream] = await Promise.all([
    plain(cloud.identity.service),
    secure(cloud.arm.service),
    secure(cloud.vault.service),
    secure(cloud.topic.service),
    secure(cloud.hub.service),
    secure(cloud.upstream.service),
  ]);
  return { identity, arm, vault, topic, dockerHub, upstream };
}

function addresses({ identity, arm, vault, topic, dockerHub }: Listeners) {
  return {
    identity: identity.url,
    arm: arm.url,
    vault: vault.url,
    topic: topic.url,
    dockerHub: dockerHub.url,
  };
}

/** A registry behind a listener of its own. Throws Error when its name is taken. */
async function openRegistry(cloud: Cloud, wanted: NewRegistry, secure: Open): Promise<AcrRegistry> {
  const { registry, service } = cloud.addRegistry(wanted);
  registry.setLoginServer(`localhost:${(await secure(service)).port}`);
  return registry;
}

function ticker({ vault, eventGrid }: Cloud): Closable {
  const ticking = setInterval(() => {
    vault.tick();
    eventGrid.tick();
  }, tickMs);
  ticking.unref();
  return { close: () => clearInterval(ticking) };
}

function putCa(pem: string, wanted: string | undefined): Closable & { readonly file: string } {
  const folder = wanted === undefined ? mkdtempSync(join(tmpdir(), "larder-ca-")) : undefined;
  const file = wanted ?? join(folder ?? "", "ca.pem");
  writeFileSync(file, pem);
  return {
    file,
    close: () => {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

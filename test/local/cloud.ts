import type { AcrService } from "./acr/acr-service.ts";
import { acrService } from "./acr/acr-service.ts";
import type { AcrRegistry, NewRegistry } from "./acr/registry.ts";
import type { ArmSide } from "./arm/arm-side.ts";
import { armSide } from "./arm/arm-side.ts";
import type { Clock } from "./clock.ts";
import { clock as makeClock } from "./clock.ts";
import type { DockerHub } from "./docker-hub/docker-hub.ts";
import { dockerHub } from "./docker-hub/docker-hub.ts";
import type { Faults } from "./faults.ts";
import { faults as makeFaults } from "./faults.ts";
import type { LocalIdentity } from "./identity/identity.ts";
import { localIdentity } from "./identity/identity.ts";
import type { RequestLog } from "./request-log.ts";
import { requestLog } from "./request-log.ts";
import { seedSecrets } from "./seeds.ts";
import type { EventTopic } from "./topic/event-topic.ts";
import { eventTopic } from "./topic/event-topic.ts";
import { upstreamSide } from "./upstream/upstream-side.ts";
import type { EventGrid } from "./vault/event-grid.ts";
import { eventGrid as makeEventGrid } from "./vault/event-grid.ts";
import type { KeyVault } from "./vault/key-vault.ts";
import { keyVault } from "./vault/key-vault.ts";

/** Where everything in the stand-in's Azure lies. */
const subscriptionId = "00000000-0000-4000-8000-00000000f00d";
const resourceGroup = "larder-local";
const vaultName = "larder";

/** ARM id of a registry. */
export function registryId(name: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerRegistry/registries/${name}`;
}

/** ARM id of the vault. */
export function vaultArmId(): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.KeyVault/vaults/${vaultName}`;
}

/** All services of the stand-in, without sockets. */
export interface Cloud {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly identity: LocalIdentity;
  readonly vault: KeyVault;
  readonly eventGrid: EventGrid;
  /** Where Larder publishes its own events. */
  readonly topic: EventTopic;
  readonly hub: DockerHub;
  readonly upstream: ReturnType<typeof upstreamSide>;
  readonly arm: ArmSide;
  /** A registry known to ARM, and its data plane, which still needs a listener. Throws Error when the name is taken. */
  addRegistry(wanted: NewRegistry): {
    readonly registry: AcrRegistry;
    readonly service: AcrService;
  };
}

/** Wires the parts together. `vaultUrl` answers once the vault listens. */
export function cloud(options: {
  readonly clock?: Clock | undefined;
  readonly vaultUrl: () => string;
}): Cloud {
  const clock = options.clock ?? makeClock();
  const faults = makeFaults();
  const log = requestLog();
  // Tokens live by a clock that nobody moves, as the app's own clock does: an app would not ask anew.
  const identity = localIdentity(makeClock());
  const eventGrid = makeEventGrid(clock);
  const topic = eventTopic(identity);
  const vault = keyVault({
    name: vaultName,
    clock,
    identity,
    tenantId: identity.tenantId,
    eventGrid,
    url: options.vaultUrl,
  });
  const hub = dockerHub({ clock, faults });
  seedSecrets(vault, hub, clock);
  const upstream = upstreamSide({ clock, hub, faults, log });
  const parts = { clock, faults, identity, vault: vault.reader, upstream };
  const names = new Set<string>();
  const keyVaultAtArm = { name: vaultName, url: options.vaultUrl, access: vault.access };
  const arm = armSide({ ...parts, keyVault: keyVaultAtArm, subscriptionId, resourceGroup });
  return {
    clock,
    faults,
    log,
    identity,
    vault,
    eventGrid,
    topic,
    hub,
    upstream,
    arm,
    addRegistry(wanted) {
      const taken = names.has(wanted.name.toLowerCase());
      if (taken) throw new Error(`There is a registry "${wanted.name}" already.`);
      names.add(wanted.name.toLowerCase());
      const registry = arm.addRegistry(wanted);
      return { registry, service: acrService(registry, parts) };
    },
  };
}

/** What each service holds, without secrets. */
export function cloudState(held: Cloud): unknown {
  return {
    now: new Date(held.clock.now()).toISOString(),
    registries: held.arm.state(),
    vault: held.vault.state(),
    events: held.eventGrid.state(),
    topic: held.topic.state(),
    identity: held.identity.state(),
    dockerHub: held.hub.state(),
    upstream: held.upstream.state(),
    faults: held.faults.list(),
  };
}

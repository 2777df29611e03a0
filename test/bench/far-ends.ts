import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acrService } from "../local/acr/acr-service.ts";
import type { AcrRegistry, NewRegistry } from "../local/acr/registry.ts";
import { appSettings } from "../local/app-settings.ts";
import { armSide } from "../local/arm/arm-side.ts";
import { type Clock, clock as realClock } from "../local/clock.ts";
import { registryId } from "../local/cloud.ts";
import type { UpstreamSide } from "../local/doors.ts";
import { faults as noFaults } from "../local/faults.ts";
import { connectTo, upstreamHosts } from "../local/host-names.ts";
import { localIdentity } from "../local/identity/identity.ts";
import type { RequestLog } from "../local/request-log.ts";
import { listen, type Service } from "../local/service.ts";
import { authority } from "../local/tls.ts";
import { eventGrid } from "../local/vault/event-grid.ts";
import { keyVault } from "../local/vault/key-vault.ts";

/** What a bench adds to every request, milliseconds. */
const delayMs = 5;

/** The stand-in's ARM, registries, vault and identity around an upstream of one's own. */
export async function farEnds(clock: Clock, log: RequestLog, upstream: UpstreamSide) {
  const faults = noFaults();
  const identity = localIdentity(realClock());
  let vaultUrl = "";
  const vault = keyVault({
    name: "bench",
    clock,
    identity,
    tenantId: identity.tenantId,
    eventGrid: eventGrid(clock),
    url: () => vaultUrl,
  });
  const parts = { clock, faults, identity, vault: vault.reader, upstream };
  const [, , subscriptionId = "", , resourceGroup = ""] = registryId("any").split("/");
  const arm = armSide({ ...parts, subscriptionId, resourceGroup });
  const certificate = await authority(upstreamHosts());
  const open = (service: Service, secure: boolean) =>
    listen(service, { faults, log, delayMs }, secure ? { certificate } : {});
  const [atIdentity, atArm, atVault, atUpstream] = await Promise.all([
    open(identity.service, false),
    open(arm.service, true),
    open(vault.service, true),
    open(upstream.service, true),
  ]);
  vaultUrl = atVault.url;
  const caFile = putCa(certificate.ca);
  return {
    vault,
    vaultUrl,
    caFile,
    upstreamPort: atUpstream.port,
    async addRegistry(wanted: NewRegistry): Promise<AcrRegistry> {
      const registry = arm.addRegistry(wanted);
      const { port } = await open(acrService(registry, parts), true);
      registry.setLoginServer(`localhost:${port}`);
      return registry;
    },
    /** Larder's settings, but for the storage. */
    settings: (registry: string) =>
      appSettings({
        armUrl: atArm.url,
        vaultUrl,
        identityEndpoint: atIdentity.url + identity.path,
        identityHeader: identity.header,
        caFile,
        storage: "",
        registries: [registryId(registry)],
        connectTo: connectTo(atUpstream.port, atUpstream.port),
      }),
  };
}

function putCa(pem: string): string {
  const folder = mkdtempSync(join(tmpdir(), "larder-bench-ca-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "ca.pem");
  writeFileSync(file, pem);
  return file;
}

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clock as makeClock } from "../local/clock.ts";
import { type DockerHub, dockerHub } from "../local/docker-hub/docker-hub.ts";
import { type Faults, faults as makeFaults } from "../local/faults.ts";
import { connectTo, upstreamHosts } from "../local/host-names.ts";
import { localIdentity } from "../local/identity/identity.ts";
import { type RequestLog, requestLog } from "../local/request-log.ts";
import { listen } from "../local/service.ts";
import { authority } from "../local/tls.ts";
import { eventGrid } from "../local/vault/event-grid.ts";
import { type KeyVault, keyVault } from "../local/vault/key-vault.ts";
import { type Command, type Printed, type Programs, startPrograms } from "./hooks-program.ts";

/** An empty vault, Docker Hub with an account, and somebody signed in to azd. */
export interface HooksStage {
  readonly vault: KeyVault;
  /** For the account's login alone, where a test gives LARDER_ROTATOR_VAULT_URL. */
  readonly rotator: { readonly vault: KeyVault; readonly url: string };
  readonly hub: DockerHub;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly programs: Programs;
  readonly url: string;
  /** Object id of whoever is signed in. */
  readonly person: string;
  /** What azd and the shell give every hook. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export const account = "contoso_pull";
export const password = "correct horse battery staple";

/** `az` answers the commands of the Azure CLI. */
export async function hooksStage(
  az: (command: Command) => Printed | Promise<Printed> = () => ({}),
  names: readonly string[] = ["az", "azd"],
): Promise<HooksStage> {
  const clock = makeClock();
  const around = { faults: makeFaults(), log: requestLog(), delayMs: 0 };
  const identity = localIdentity(clock);
  const grid = eventGrid(clock);
  let url = "";
  let rotatorUrl = "";
  const { tenantId } = identity;
  const common = { clock, identity, tenantId, eventGrid: grid };
  const vault = keyVault({ ...common, name: "contoso", url: () => url });
  const rotator = keyVault({ ...common, name: "rotator", url: () => rotatorUrl });
  const hub = dockerHub({ clock, faults: around.faults });
  hub.addAccount({ username: account, password });
  const certificate = await authority(upstreamHosts());
  const folder = mkdtempSync(join(tmpdir(), "larder-hooks-"));
  writeFileSync(join(folder, "ca.pem"), certificate.ca);
  const [vaultServer, rotatorServer, hubServer] = await Promise.all([
    listen(vault.service, around, { certificate }),
    listen(rotator.service, around, { certificate }),
    listen(hub.service, around, { certificate }),
  ]);
  url = vaultServer.url;
  rotatorUrl = rotatorServer.url;
  const person = "5b9a1f60-6c8f-4f5e-9f34-2c9b3b0f7a11";
  vault.access.allowAll(person);
  rotator.access.allowAll(person);
  const token = () => ({
    token: identity.issue(person, "https://vault.azure.net"),
    expiresOn: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const programs = await startPrograms(names, (command) =>
    command.program === "azd" ? { out: token() } : az(command),
  );
  return {
    ...around,
    vault,
    rotator: { vault: rotator, url: rotatorUrl },
    hub,
    programs,
    url,
    person,
    env: {
      ...programs.env,
      NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
      CONNECT_TO: JSON.stringify(connectTo(0, hubServer.port)),
      LARDER_VAULT_URL: `${url}/`,
      LARDER_ROTATOR_VAULT_URL: url,
      LARDER_REGISTRY_IDS: registryIdOf("contoso"),
      DOCKER_ACCOUNT: account,
      HOOK_WAIT_SECONDS: "20",
      HOOK_POLL_SECONDS: "0.05",
    },
    async close() {
      grid.close();
      programs.close();
      rmSync(folder, { recursive: true, force: true });
      await Promise.all([vaultServer, rotatorServer, hubServer].map((one) => one.close()));
    },
  };
}

export const registryIdOf = (name: string): string =>
  `/subscriptions/00000000-0000-4000-8000-00000000f00d/resourceGroups/rg-larder/providers/Microsoft.ContainerRegistry/registries/${name}`;

interface ShownSecret {
  readonly name: string;
  readonly versions: readonly {
    readonly enabled: boolean;
    readonly exp?: number;
    readonly tags?: Readonly<Record<string, string>>;
  }[];
}

/** Secrets of the vault with their versions, without values. */
export function secretsIn({ vault }: Pick<HooksStage, "vault">): readonly ShownSecret[] {
  return (vault.state() as { secrets: readonly ShownSecret[] }).secrets;
}

/** What a secret of the vault holds now, as somebody who may read it sees it. */
export function held({ vault, url }: Pick<HooksStage, "vault" | "url">, name: string) {
  const reader = "f3a0c1c8-2b3c-4b8e-8a57-0b0b4a6c6a01";
  vault.reader.grant(reader, name);
  const read = vault.reader.readAs(reader, `${url}/secrets/${name}`);
  return "value" in read ? read.value : Object.keys(read)[0];
}

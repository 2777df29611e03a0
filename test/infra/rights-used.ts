import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { readConfig } from "../../src/config.ts";
import { larder } from "../../src/larder.ts";
import { storageFront } from "../end-to-end/storage-front.ts";
import type { AcrRegistry } from "../local/acr/registry.ts";
import type { Exchange } from "../local/request-log.ts";
import { startStandIn } from "../local/stand-in.ts";
import { type Need, needsOf } from "./rights-actions.ts";
import { armCalls } from "./rights-of-arm.ts";
import { dataCalls } from "./rights-of-data.ts";
import { stateCalls } from "./rights-of-state.ts";
import { type Calls, repository, type Scene } from "./rights-scene.ts";

const registry = "contoso";

/** What each method of each port asked Azure for, by "port.method". */
export type Used = ReadonlyMap<string, readonly Need[]>;

/** Calls every method of every adapter once, and watches. Every call must come to a good end. */
export async function rightsUsed(): Promise<Used> {
  const quick = { operationMs: 20, operationPolls: 1, armPageSize: 3 };
  const standIn = await startStandIn({ registries: [{ name: registry, ...quick }] });
  const before = { ...process.env };
  const front = await storageFront(standIn, { all: true });
  try {
    setDefaultCACertificates([...getCACertificates("default"), standIn.ca]);
    // The identity SDK reads these two by itself.
    Object.assign(process.env, standIn.settings);
    const settings = {
      ...standIn.settings,
      LarderStorage: front.storage,
      ARM_POLL_SECONDS: "0.05",
    };
    const held = standIn.registries[0] as AcrRegistry;
    const secretId = (name: string) => `${standIn.urls.vault}/secrets/${name}`;
    return await watch({
      ports: larder(readConfig(settings)),
      standIn,
      held,
      registry,
      secretId,
    });
  } finally {
    process.env = before;
    front.close();
    await standIn.close();
  }
}

async function watch(scene: Scene): Promise<Used> {
  stock(scene.held);
  const used = new Map<string, readonly Need[]>();
  const calls: Calls = { ...armCalls(scene), ...dataCalls(scene), ...stateCalls(scene) };
  for (const [port, methods] of Object.entries(calls))
    for (const [method, call] of Object.entries(
      methods as Record<string, () => Promise<unknown>>,
    )) {
      const seen: Exchange[] = [];
      const stop = scene.standIn.log.watch((exchange) => void seen.push(exchange));
      try {
        await call();
      } catch (error) {
        throw new Error(`${port}.${method} failed`, { cause: error });
      } finally {
        stop();
      }
      used.set(`${port}.${method}`, seen.flatMap(needsOf));
    }
  return used;
}

function stock({ storage }: AcrRegistry): void {
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  for (const name of [repository, "to/remove", "to/untag", "to/pull"]) {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, name, layers: [] }));
    storage.put(name, { bytes, mediaType, tag: "latest" });
  }
}

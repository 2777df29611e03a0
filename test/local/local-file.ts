import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dockerHubSet } from "./seeds.ts";
import type { StandIn } from "./stand-in.ts";

/** A running app, whichever host runs it. */
export interface RunningApp {
  /** "http://127.0.0.1:7071" */
  readonly url: string;
  /** Empty where the host asks for no keys. */
  readonly functionKey: string;
  readonly masterKey: string;
  /** One sentence about the host, for whoever started it. */
  readonly about: string;
  stop(): Promise<void>;
}

/** Where `npm start` leaves what a client must know. */
export interface LocalFolder {
  readonly caFile: string;
  readonly jsonFile: string;
}

/** The folder for both files, made when it is not there, without what an earlier run left in local.json. */
export function localFolder(folder: string): LocalFolder {
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, "local.json"), { force: true });
  return { caFile: join(folder, "ca.pem"), jsonFile: join(folder, "local.json") };
}

/** Writes local.json, readable by its owner only: it holds keys. Returns what it wrote. */
export function writeLocalFile(file: string, standIn: StandIn, app: RunningApp): string {
  const { urls, caFile, registries } = standIn;
  const [registry] = registries;
  const content = {
    api: `${app.url}/api/`,
    functionKey: app.functionKey,
    masterKey: app.masterKey,
    control: urls.control,
    ca: caFile,
    arm: urls.arm,
    vault: urls.vault,
    dockerHub: urls.dockerHub,
    credentialSet: dockerHubSet,
    registry: { name: registry?.name, loginServer: registry?.loginServer() },
  };
  const text = `${JSON.stringify(content, null, 2)}\n`;
  writeFileSync(file, text, { mode: 0o600 });
  return text;
}

/** Takes the file away, unless another run has put its own there since. */
export function removeLocalFile(file: string, written: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === written) rmSync(file);
}

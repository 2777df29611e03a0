import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { chosenSettings } from "./app-settings.ts";
import { startCoreTools } from "./core-tools.ts";
import { freePort } from "./free-port.ts";
import { startHost } from "./host/host.ts";
import type { RunningApp } from "./local-file.ts";
import { localFolder, removeLocalFile, writeLocalFile } from "./local-file.ts";
import type { StartOptions } from "./options.ts";
import { startOptions, usage } from "./options.ts";
import { watchForOrphaning } from "./orphan-watch.ts";
import type { StandIn } from "./stand-in.ts";
import { startStandIn } from "./stand-in.ts";
import { subscribeEvents } from "./subscribe-events.ts";

/* What `npm start` runs: the stand-in and the built app in front of it, until told to stop. */

const root = join(import.meta.dirname, "../..");
/** Patience with what does not stop. */
const stopMs = 10_000;
const say = (line: string) => console.log(line);

async function startOwnHost(standIn: StandIn, port: number): Promise<RunningApp> {
  const host = await startHost({
    appDirectory: root,
    env: { ...standIn.settings, ...chosenSettings(process.env) },
    storage: standIn.storage,
    port,
    log: say,
  });
  await subscribeEvents(host, standIn.eventGrid);
  const { url, functionKey, masterKey } = host;
  const about = "the project's own functions host";
  return { url, functionKey, masterKey, about, stop: () => host.stop() };
}

function describe(standIn: StandIn, app: RunningApp, files: { readonly jsonFile: string }): string {
  const { urls, registries } = standIn;
  const lines = [
    ["app", `${app.url}/api/ (${app.about})`],
    ["control", `${urls.control} (GET / lists what it can do)`],
    ["ARM", urls.arm],
    ["Key Vault", urls.vault],
    ["Event Grid topic", urls.topic],
    ["Docker Hub", urls.dockerHub],
    ...registries.map((one) => [`registry ${one.name}`, one.loginServer()]),
    ["to trust", standIn.caFile],
    ["all of it", files.jsonFile],
  ];
  return lines.map(([what = "", where = ""]) => `  ${what.padEnd(20)} ${where}`).join("\n");
}

interface Running {
  /** Closes everything opened so far, last first; the same promise for every caller. */
  stop(): Promise<void>;
  opened: (() => Promise<void> | void)[];
}

function running(): Running {
  const opened: Running["opened"] = [];
  let stopping: Promise<void> | undefined;
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  return {
    opened,
    stop: () => {
      stopping ??= closeAll();
      return stopping;
    },
  };
}

async function start(options: StartOptions, { opened }: Running): Promise<void> {
  if (!existsSync(join(root, "dist/main.cjs")))
    throw new Error('There is no dist/main.cjs. Start with "npm start", or run "npm run build".');
  const { func, port: wanted, files: folder = join(root, ".larder") } = options;
  const files = localFolder(resolve(folder));
  const registries = options.registries.map((name) => ({ name }));
  const standIn = await startStandIn({ caFile: files.caFile, registries });
  opened.push(() => standIn.close());
  const port = await freePort(wanted);
  if (wanted !== 0 && port !== wanted) say(`Port ${wanted} is taken; using ${port}.`);
  const app = func
    ? await startCoreTools({ ...standIn, appDirectory: root, port })
    : await startOwnHost(standIn, port);
  opened.push(() => app.stop());
  const written = writeLocalFile(files.jsonFile, standIn, app);
  opened.push(() => removeLocalFile(files.jsonFile, written));
  say(describe(standIn, app, files));
  say(`Larder is ready: ${app.url}/api/`);
}

async function main(): Promise<void> {
  const all = running();
  const end = (code: number) => {
    setTimeout(() => process.exit(code || 1), stopMs).unref();
    all
      .stop()
      .catch((error: unknown) => console.error(error))
      .finally(() => process.exit(code));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => end(0));
  watchForOrphaning(() => end(0));
  try {
    const options = startOptions(process.argv.slice(2), process.env);
    if (options === undefined) return say(usage);
    await start(options, all);
  } catch (error) {
    console.error(`Larder did not start: ${(error as Error).message}`);
    end(1);
  }
}

await main();

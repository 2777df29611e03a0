import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chosenSettings } from "./app-settings.ts";
import type { RunningApp } from "./local-file.ts";

const howToInstall =
  'Azure Functions Core Tools ("func") are not installed. Install them with "npm install -g azure-functions-core-tools@4" ' +
  "(https://learn.microsoft.com/azure/azure-functions/functions-run-local), or run npm start without --func.";

const program = "func";
const startUpMs = 120_000;

/**
 * Runs the app with Core Tools, which ask for no keys. Rejects with how to install them when they are
 * not there, and with what happened when the app does not come up within two minutes.
 */
export async function startCoreTools(options: {
  readonly appDirectory: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly storage: string;
  readonly port: number;
}): Promise<RunningApp> {
  const { appDirectory, settings, storage, port } = options;
  const version = spawnSync(program, ["--version"], { encoding: "utf8" });
  if (version.status !== 0) throw new Error(howToInstall);
  const child = spawn(program, ["start", "--port", String(port)], {
    cwd: appDirectory,
    env: {
      ...process.env,
      ...settings,
      ...chosenSettings(process.env),
      AzureWebJobsStorage: storage,
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = once(child, "exit");
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await ended;
  };
  try {
    await Promise.race([
      running(url),
      ended.then(() => Promise.reject(new Error("func start ended before the app was up."))),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  const about = `Functions Core Tools ${version.stdout.trim()}`;
  return { url, functionKey: "", masterKey: "", about, stop };
}

async function running(url: string): Promise<void> {
  const end = Date.now() + startUpMs;
  while (Date.now() < end) {
    const status = await fetch(`${url}/admin/host/status`).then(
      (answer) => answer.json() as Promise<{ state?: string }>,
      () => ({ state: undefined }),
    );
    if (status.state === "Running") return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`func start did not answer at ${url} within two minutes.`);
}

import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { front } from "./front.ts";
import type { HostSettings } from "./host-json.ts";
import { readHostJson } from "./host-json.ts";
import { listenHttp } from "./http-server.ts";
import { httpFunctions } from "./http-trigger.ts";
import type { Keys } from "./keys.ts";
import { makeKeys } from "./keys.ts";
import type { QueueSettings } from "./queues.ts";
import type { Scheduler } from "./scheduler.ts";
import { realScheduler } from "./scheduler.ts";
import type { Settings } from "./settings.ts";
import { isDisabled } from "./settings.ts";
import type { Supervisor } from "./supervisor.ts";
import { supervisor } from "./supervisor.ts";
import { refuseUnplayed, startListeners } from "./triggers.ts";
import type { FunctionMetadata } from "./wire.ts";
import type { WorkerExit } from "./worker-process.ts";

export interface HostOptions {
  /** Holds package.json (whose `main` is loaded) and host.json. */
  readonly appDirectory: string;
  /** App settings. The app sees these and AzureWebJobsStorage, nothing else of this process's environment. */
  readonly env: Settings;
  /** Connection string of the host's storage; becomes AzureWebJobsStorage unless `env` sets that. */
  readonly storage: string;
  /** Absent or 0: any free port. */
  readonly port?: number;
  readonly keys?: Partial<Keys>;
  readonly log?: (line: string) => void;
  /** Start a new worker when one dies (default true). */
  readonly autoRestart?: boolean;
  /** Names the folder of timer status; default: the app directory's name. */
  readonly hostId?: string;
  /** Departures from host.json, e.g. `{ visibilityTimeoutMs: 0 }`. Polling backs off to 1 s by default. */
  readonly queues?: Partial<QueueSettings>;
  /** The clock of timer triggers. */
  readonly scheduler?: Scheduler;
  /** How long a request waits for a worker before it is answered 503 (default 10,000). */
  readonly patienceMs?: number;
}

export interface Host {
  /** "http://127.0.0.1:7071", without a trailing slash. */
  readonly url: string;
  /** The host key "default": opens every function of level "function". */
  readonly functionKey: string;
  readonly masterKey: string;
  /** By extension: `eventgrid_extension`. */
  readonly systemKeys: Readonly<Record<string, string>>;
  functions(): readonly FunctionMetadata[];
  /** SIGKILL to the worker, as when an instance goes away mid-step. The host notices and, unless `autoRestart` is off, starts another. */
  kill(): Promise<void>;
  /** Stops triggers and worker in good order and starts both anew, on the same port; missed timers run past due. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Tells of every worker that ended; returns how to stop being told. */
  onWorkerExit(listener: (exit: WorkerExit) => void): () => void;
}

function refuse(functions: readonly FunctionMetadata[], { routePrefix }: HostSettings): void {
  refuseUnplayed(functions);
  httpFunctions(functions, routePrefix);
}

interface Around {
  readonly settings: Settings;
  readonly hostSettings: HostSettings;
  readonly hostId: string;
  readonly log: (line: string) => void;
}

function doorsOf(worker: Supervisor, keys: Keys, options: HostOptions, around: Around) {
  return {
    supervisor: worker,
    keys,
    functions: () => worker.functions(),
    disabled: (name: string) => isDisabled(name, around.settings),
    ready: () => worker.running(),
    hostId: around.hostId,
    routePrefix: around.hostSettings.routePrefix,
    maxOutstandingRequests: around.hostSettings.maxOutstandingRequests,
    patienceMs: options.patienceMs ?? 10_000,
    log: around.log,
  };
}

/** How long runs in progress may take to finish when the host stops; then they go with the worker. */
const drainMs = 10_000;

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([work, delay(ms, undefined, { signal: timer.signal }).catch(() => {})]);
  timer.abort();
}

/**
 * Starts a function app as Azure would, over real sockets (facts/functions.md section 1.5). Rejects, with
 * nothing left running, when host.json is wrong, the app does not load or asks for what is not played, or a
 * trigger cannot start.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const { appDirectory, env, log = () => {}, autoRestart = true } = options;
  const settings: Settings = { AzureWebJobsStorage: options.storage, ...env };
  const hostSettings = readHostJson(appDirectory);
  const hostId = options.hostId ?? basename(appDirectory).toLowerCase().slice(0, 32);
  const keys = makeKeys(options.keys);
  const { functionTimeoutMs } = hostSettings;
  const worker = await supervisor({
    appDirectory,
    env: settings,
    functionTimeoutMs,
    log,
    autoRestart,
  });
  const listen = () => {
    refuse(worker.functions(), hostSettings);
    const { queues = {}, scheduler = realScheduler() } = options;
    const at = { supervisor: worker, settings, hostSettings, hostId, log };
    return startListeners({ ...at, queues, scheduler });
  };
  const begin = async () => {
    const answer = front(doorsOf(worker, keys, options, { settings, hostSettings, hostId, log }));
    const server = await listenHttp(options.port ?? 0, answer);
    try {
      return { server, listeners: await listen() };
    } catch (error) {
      await server.close();
      throw error;
    }
  };
  const begun = await begin().catch(async (error: unknown) => {
    await worker.stop();
    throw error;
  });
  let { listeners } = begun;
  return {
    url: begun.server.url,
    functionKey: keys.function,
    masterKey: keys.master,
    systemKeys: keys.system,
    functions: () => worker.functions(),
    kill: () => worker.kill(),
    onWorkerExit: (listener) => worker.onExit(listener),
    async restart() {
      const drained = listeners.stop();
      await atMost(drainMs, drained);
      await worker.replace();
      await drained;
      listeners = await listen();
    },
    async stop() {
      const drained = listeners.stop();
      await atMost(drainMs, drained);
      await begun.server.close();
      await worker.stop();
      await drained;
    },
  };
}

import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { front } from "./front.ts";
import type { HostSettings } from "./host-json.ts";
import { readHostJson } from "./host-json.ts";
import type { HostServer } from "./http-server.ts";
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
import type { Listener } from "./triggers.ts";
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

/** What the options and host.json come to. */
interface Plan {
  readonly settings: Settings;
  readonly hostSettings: HostSettings;
  readonly hostId: string;
  readonly keys: Keys;
  readonly scheduler: Scheduler;
  readonly log: (line: string) => void;
}

function planOf(options: HostOptions): Plan {
  const { appDirectory, env, storage, keys, log = () => {} } = options;
  return {
    settings: { AzureWebJobsStorage: storage, ...env },
    hostSettings: readHostJson(appDirectory),
    hostId: options.hostId ?? basename(appDirectory).toLowerCase().slice(0, 32),
    keys: makeKeys(keys),
    scheduler: options.scheduler ?? realScheduler(),
    log,
  };
}

/** Starts the triggers of the app that is loaded; rejects when it asks for what is not played. */
async function startTriggers(
  worker: Supervisor,
  plan: Plan,
  options: HostOptions,
): Promise<Listener> {
  refuseUnplayed(worker.functions());
  httpFunctions(worker.functions(), plan.hostSettings.routePrefix);
  return startListeners({ ...plan, supervisor: worker, queues: options.queues ?? {} });
}

function openFront(worker: Supervisor, plan: Plan, options: HostOptions): Promise<HostServer> {
  const answer = front({
    ...plan,
    ...plan.hostSettings,
    supervisor: worker,
    functions: () => worker.functions(),
    disabled: (name: string) => isDisabled(name, plan.settings),
    ready: () => worker.running(),
    patienceMs: options.patienceMs ?? 10_000,
  });
  return listenHttp(options.port ?? 0, answer);
}

/** How long runs in progress may take to finish when the host stops; then they go with the worker. */
const drainMs = 10_000;

/** Stops the triggers, then ends the worker, with whatever is still running in it. */
async function windDown(listeners: Listener, endWorker: () => Promise<void>): Promise<void> {
  const drained = listeners.stop();
  const timer = new AbortController();
  const late = delay(drainMs, undefined, { signal: timer.signal }).catch(() => {});
  await Promise.race([drained, late]);
  timer.abort();
  await endWorker();
  await drained;
}

/**
 * Starts a function app as Azure would, over real sockets (facts/functions.md section 1.5). Rejects, with
 * nothing left running, when host.json is wrong, the app does not load or asks for what is not played, or a
 * trigger cannot start.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const plan = planOf(options);
  const { log, settings, hostSettings, keys } = plan;
  const { functionTimeoutMs } = hostSettings;
  const { appDirectory, autoRestart = true } = options;
  const app = { appDirectory, env: settings, functionTimeoutMs, log, autoRestart };
  const worker = await supervisor(app);
  let server: HostServer | undefined;
  try {
    server = await openFront(worker, plan, options);
    const listeners = await startTriggers(worker, plan, options);
    return hostOf(worker, server, listeners, keys, () => startTriggers(worker, plan, options));
  } catch (error) {
    await server?.close();
    await worker.stop();
    throw error;
  }
}

function hostOf(
  worker: Supervisor,
  server: HostServer,
  first: Listener,
  keys: Keys,
  listen: () => Promise<Listener>,
): Host {
  let listeners = first;
  return {
    url: server.url,
    functionKey: keys.function,
    masterKey: keys.master,
    systemKeys: keys.system,
    functions: () => worker.functions(),
    kill: () => worker.kill(),
    onWorkerExit: (listener) => worker.onExit(listener),
    async restart() {
      await windDown(listeners, () => worker.replace());
      listeners = await listen();
    },
    stop: () =>
      windDown(listeners, async () => {
        await server.close();
        await worker.stop();
      }),
  };
}

import type { HostSettings } from "./host-json.ts";
import type { QueueSettings } from "./queues.ts";
import { startQueue } from "./queues.ts";
import { parseSchedule } from "./schedule.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Settings } from "./settings.ts";
import { connectionString, isDisabled, resolveSettings } from "./settings.ts";
import type { Supervisor } from "./supervisor.ts";
import { blobTimerStatus } from "./timer-status.ts";
import { startTimer } from "./timers.ts";
import type { Binding, FunctionMetadata } from "./wire.ts";
import { triggerOf } from "./wire.ts";

export interface Listener {
  stop(): Promise<void>;
}

export interface ListenerOptions {
  readonly supervisor: Supervisor;
  readonly settings: Settings;
  readonly hostSettings: HostSettings;
  readonly hostId: string;
  readonly scheduler: Scheduler;
  /** Departures from host.json, so that tests need not wait. */
  readonly queues: Partial<QueueSettings>;
  readonly log: (line: string) => void;
}

const played = new Set([
  "httpTrigger",
  "timerTrigger",
  "queueTrigger",
  "eventGridTrigger",
  "warmupTrigger",
]);

/** Throws when the app asks for what this host does not play: better than a function that is never called. */
export function refuseUnplayed(functions: readonly FunctionMetadata[]): void {
  for (const metadata of functions) {
    const { name } = metadata;
    const fine = /^[a-z][a-z0-9_-]{0,127}$/i.test(name) && name.toLowerCase() !== "host";
    if (!fine) throw new Error(`'${name}' is not a valid function name.`);
    const trigger = triggerOf(metadata);
    for (const binding of Object.values(metadata.bindings)) {
      const known =
        binding === trigger || binding.name === trigger.name
          ? played.has(binding.type)
          : binding.type === "http";
      if (!known)
        throw new Error(`Function "${name}": the local host does not play "${binding.type}".`);
    }
    if (metadata.hasRetry)
      throw new Error(`Function "${name}": the local host does not play retry policies.`);
  }
}

function text(binding: Binding, option: string, settings: Settings): string {
  const value = binding[option];
  if (typeof value !== "string")
    throw new Error(`Trigger "${binding.name}" has no text in "${option}".`);
  return resolveSettings(value, settings);
}

async function timer(metadata: FunctionMetadata, options: ListenerOptions): Promise<Listener> {
  const { supervisor, settings, scheduler, log, hostId } = options;
  const trigger = triggerOf(metadata);
  const schedule = parseSchedule(text(trigger, "schedule", settings), scheduler.now());
  const store = await blobTimerStatus(connectionString(undefined, settings), hostId);
  return startTimer(
    {
      name: metadata.name,
      schedule,
      monitored: schedule.monitored && trigger["useMonitor"] !== false,
      runOnStartup: trigger["runOnStartup"] === true,
    },
    { scheduler, store, log, run: (value) => supervisor.invoke(metadata, value) },
  );
}

/** How long a queue waits for a worker before it looks again whether it is being stopped. */
const patienceMs = 1000;

async function queue(metadata: FunctionMetadata, options: ListenerOptions): Promise<Listener> {
  const { supervisor, settings, hostSettings, log } = options;
  const trigger = triggerOf(metadata);
  const { maxPollingIntervalMs = 1000, ...fromHostJson } = hostSettings.queues;
  return startQueue(
    {
      functionName: metadata.name,
      queueName: text(trigger, "queueName", settings),
      connection: connectionString(trigger["connection"], settings),
      ready: () => supervisor.ready(patienceMs),
      run: async ({ value, triggerMetadata }) =>
        (await supervisor.invoke(metadata, value, triggerMetadata)).kind === "succeeded",
      log,
    },
    { invisibilityMs: 600_000, maxPollingIntervalMs, ...fromHostJson, ...options.queues },
  );
}

/**
 * Starts a listener for every timer and queue function that is not disabled. Rejects when one cannot
 * start (schedule, setting or storage wrong), after stopping those that did.
 */
export async function startListeners(options: ListenerOptions): Promise<Listener> {
  const started: Listener[] = [];
  const stop = async () => void (await Promise.all(started.map((one) => one.stop())));
  try {
    for (const metadata of options.supervisor.functions()) {
      if (isDisabled(metadata.name, options.settings)) continue;
      const { type } = triggerOf(metadata);
      if (type === "timerTrigger") started.push(await timer(metadata, options));
      if (type === "queueTrigger") started.push(await queue(metadata, options));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

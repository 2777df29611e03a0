import type { FunctionMetadata } from "./wire.ts";
import type { WorkerExit, WorkerOptions, WorkerProcess } from "./worker-process.ts";
import { startWorker } from "./worker-process.ts";

export interface KeeperOptions extends WorkerOptions {
  /** Put a new worker in place of one that died unasked. */
  readonly autoRestart: boolean;
}

/** Holds at most one worker at a time. */
export interface Keeper {
  current(): WorkerProcess | undefined;
  /** What the last loaded app registered. */
  functions(): readonly FunctionMetadata[];
  /** Resolves when there is a worker. */
  arrival(): Promise<void>;
  /** Rejects when the app does not load. */
  start(): Promise<void>;
  /** Waits out a restart in progress, then ends the worker in good order; `forGood`: no restart goes on. */
  end(forGood: boolean): Promise<void>;
  /** Tells of every worker that ended, wanted or not; returns how to stop being told. */
  onExit(listener: (exit: WorkerExit) => void): () => void;
}

/** Restarts in a row that may fail before giving up, as the real host does after three. */
const maxFailedStarts = 3;

async function startAgain(
  start: () => Promise<void>,
  isOver: () => boolean,
  log: (line: string) => void,
): Promise<void> {
  for (let failed = 0; failed < maxFailedStarts && !isOver(); failed += 1) {
    try {
      return await start();
    } catch (error) {
      log(`[error] The worker did not start again: ${(error as Error).message}`);
    }
  }
  log("[critical] Exceeded the number of worker restarts; the host answers 503.");
}

interface Held {
  worker?: WorkerProcess | undefined;
  functions: readonly FunctionMetadata[];
}

/** Nothing is started yet. */
export function keeper(options: KeeperOptions): Keeper {
  const listeners = new Set<(exit: WorkerExit) => void>();
  const held: Held = { functions: [] };
  let ending = false;
  let over = false;
  let restarting: Promise<void> = Promise.resolve();
  let arrived = Promise.withResolvers<void>();
  const start = async () => {
    const worker = await startWorker(options);
    Object.assign(held, { worker, functions: worker.functions });
    ending = false;
    arrived.resolve();
    void worker.exited.then(onEnd);
  };
  const onEnd = (exit: WorkerExit) => {
    held.worker = undefined;
    arrived = Promise.withResolvers();
    for (const listener of listeners) listener(exit);
    if (ending) return;
    options.log(`[warning] The worker ended: code ${exit.code}, signal ${exit.signal}.`);
    if (options.autoRestart) restarting = startAgain(start, () => over, options.log);
  };
  return {
    current: () => held.worker,
    functions: () => held.functions,
    arrival: () => arrived.promise,
    start,
    async end(forGood) {
      over ||= forGood;
      await restarting;
      ending = true;
      await held.worker?.terminate();
    },
    onExit(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

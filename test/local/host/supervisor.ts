import { randomUUID } from "node:crypto";
import type { FunctionMetadata, Invocation, TypedData } from "./wire.ts";
import { triggerOf } from "./wire.ts";
import type { Outcome, WorkerExit, WorkerOptions, WorkerProcess } from "./worker-process.ts";
import { startWorker } from "./worker-process.ts";

/** Keeps one worker running and puts a new one in place of one that died. */
export interface Supervisor {
  /** What the last loaded app registered. */
  functions(): readonly FunctionMetadata[];
  /** Whether a worker is there now. */
  running(): boolean;
  /** Resolves true when a worker is there, false when none came within `patienceMs`. */
  ready(patienceMs: number): Promise<boolean>;
  /** Calls a function with its trigger's value. Never rejects. */
  invoke(
    metadata: FunctionMetadata,
    value: TypedData,
    triggerMetadata?: Readonly<Record<string, TypedData>>,
  ): Promise<Outcome>;
  /** SIGKILL to the worker; resolves once it is gone. Whether another follows is `autoRestart`. */
  kill(): Promise<void>;
  /** Ends the worker in good order and starts a fresh one. Rejects when the app does not load. */
  replace(): Promise<void>;
  stop(): Promise<void>;
  /** Tells of every worker that ended, wanted or not; returns how to stop being told. */
  onExit(listener: (exit: WorkerExit) => void): () => void;
}

/** Restarts in a row that may fail before the supervisor gives up, as the real host does after three. */
const maxFailedStarts = 3;

/** Starts the first worker. Rejects when the app does not load. */
export async function supervisor(
  options: WorkerOptions & { readonly autoRestart: boolean },
): Promise<Supervisor> {
  const listeners = new Set<(exit: WorkerExit) => void>();
  let current: WorkerProcess | undefined;
  let functions: readonly FunctionMetadata[] = [];
  let intended = false;
  let stopped = false;
  let restarting: Promise<void> = Promise.resolve();
  let arrived = Promise.withResolvers<void>();

  const start = async () => {
    const worker = await startWorker(options);
    current = worker;
    functions = worker.functions;
    intended = false;
    arrived.resolve();
    void worker.exited.then((exit) => onEnd(worker, exit));
  };
  const restart = async () => {
    for (let failed = 0; failed < maxFailedStarts && !stopped; failed += 1) {
      try {
        return await start();
      } catch (error) {
        options.log(`[error] The worker did not start again: ${(error as Error).message}`);
      }
    }
    options.log("[critical] Exceeded the number of worker restarts; the host answers 503.");
  };
  const onEnd = (worker: WorkerProcess, exit: WorkerExit) => {
    if (current === worker) {
      current = undefined;
      arrived = Promise.withResolvers();
    }
    for (const listener of listeners) listener(exit);
    if (intended) return;
    options.log(`[warning] The worker ended: code ${exit.code}, signal ${exit.signal}.`);
    if (options.autoRestart) restarting = restart();
  };

  await start();
  return {
    functions: () => functions,
    running: () => current !== undefined,
    async ready(patienceMs) {
      if (current) return true;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => resolve(false), patienceMs);
      void arrived.promise.then(() => resolve(true));
      const answer = await promise;
      clearTimeout(timer);
      return answer;
    },
    async invoke(metadata, value, triggerMetadata = {}) {
      const worker = current;
      if (!worker) return { kind: "lost", message: "There is no worker process." };
      const started = performance.now();
      const invocation = invocationOf(metadata, value, triggerMetadata);
      const outcome = await worker.invoke(invocation);
      options.log(executed(metadata, invocation, outcome, performance.now() - started));
      return outcome;
    },
    async kill() {
      await current?.kill();
    },
    async replace() {
      await restarting;
      intended = true;
      await current?.terminate();
      await start();
    },
    async stop() {
      stopped = true;
      await restarting;
      intended = true;
      await current?.terminate();
    },
    onExit(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function invocationOf(
  metadata: FunctionMetadata,
  data: TypedData,
  triggerMetadata: Readonly<Record<string, TypedData>>,
): Invocation {
  return {
    invocationId: randomUUID(),
    functionId: metadata.id,
    inputData: [{ name: triggerOf(metadata).name, data }],
    triggerMetadata,
  };
}

function executed(
  metadata: FunctionMetadata,
  { invocationId }: Invocation,
  outcome: Outcome,
  durationMs: number,
): string {
  const word = outcome.kind === "succeeded" ? "Succeeded" : "Failed";
  const tail = `(${word}, Id=${invocationId}, Duration=${Math.round(durationMs)}ms)`;
  const line = `Executed 'Functions.${metadata.name}' ${tail}`;
  if (outcome.kind === "succeeded") return `[information] ${line}`;
  const why = outcome.kind === "failed" ? outcome.stack || outcome.message : outcome.message;
  return `[error] ${line}: ${why}`;
}

import { randomUUID } from "node:crypto";
import type { FunctionMetadata, Invocation, TypedData } from "./wire.ts";
import { triggerOf } from "./wire.ts";
import type { KeeperOptions } from "./worker-keeper.ts";
import { keeper } from "./worker-keeper.ts";
import type { Outcome, WorkerExit } from "./worker-process.ts";

/** The app behind its functions: calls go to whichever worker is there. */
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

/** Starts the first worker. Rejects when the app does not load. */
export async function supervisor(options: KeeperOptions): Promise<Supervisor> {
  const kept = keeper(options);
  await kept.start();
  return {
    functions: () => kept.functions(),
    running: () => kept.current() !== undefined,
    async ready(patienceMs) {
      if (kept.current()) return true;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => resolve(false), patienceMs);
      void kept.arrival().then(() => resolve(true));
      const answer = await promise;
      clearTimeout(timer);
      return answer;
    },
    async invoke(metadata, value, triggerMetadata = {}) {
      const worker = kept.current();
      if (!worker) return { kind: "lost", message: "There is no worker process." };
      const started = performance.now();
      const invocation = invocationOf(metadata, value, triggerMetadata);
      const outcome = await worker.invoke(invocation);
      options.log(executed(metadata, invocation, outcome, performance.now() - started));
      return outcome;
    },
    kill: async () => void (await kept.current()?.kill()),
    async replace() {
      await kept.end(false);
      await kept.start();
    },
    stop: () => kept.end(true),
    onExit: (listener) => kept.onExit(listener),
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

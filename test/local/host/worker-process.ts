import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { FromWorker, FunctionMetadata, HttpOutput, Invocation, ToWorker } from "./wire.ts";

export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How a call ended. `lost`: the worker died with the call in it, or there was none to take it. */
export type Outcome =
  | { readonly kind: "succeeded"; readonly http?: HttpOutput }
  | { readonly kind: "failed"; readonly message: string; readonly stack: string }
  | { readonly kind: "lost"; readonly message: string };

export interface WorkerProcess {
  readonly functions: readonly FunctionMetadata[];
  readonly exited: Promise<WorkerExit>;
  invoke(invocation: Invocation): Promise<Outcome>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<WorkerExit>;
  /** Runs appTerminate hooks, then exits; killed after ten seconds. */
  terminate(): Promise<WorkerExit>;
}

export interface WorkerOptions {
  readonly appDirectory: string;
  /** The whole environment of the child; nothing of this process leaks into it. */
  readonly env: Readonly<Record<string, string>>;
  /** Longest invocation, milliseconds; one that lasts longer kills the worker, as the real host does. */
  readonly functionTimeoutMs: number | undefined;
  readonly log: (line: string) => void;
}

const quiet = new Set(["trace", "debug"]);
const program = fileURLToPath(new URL("worker.ts", import.meta.url));

function spawn(options: WorkerOptions): ChildProcess {
  const child = fork(program, [options.appDirectory], {
    cwd: options.appDirectory,
    env: { ...options.env },
    execArgv: ["--disable-warning=ExperimentalWarning"],
    serialization: "advanced",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on("line", options.log);
  child.on("message", (message: FromWorker) => {
    if (message.kind === "log" && !quiet.has(message.level))
      options.log(`[${message.level}] ${message.line}`);
  });
  return child;
}

type Started = Extract<FromWorker, { kind: "ready" | "broken" }>;

async function firstWord(child: ChildProcess, exited: Promise<WorkerExit>): Promise<Started> {
  const said = new Promise<Started>((resolve) => {
    child.on("message", (message: FromWorker) => {
      if (message.kind === "ready" || message.kind === "broken") resolve(message);
    });
  });
  const died = exited.then(({ code, signal }): Started => {
    const message = `the worker ended before the app was loaded (code ${code}, signal ${signal})`;
    return { kind: "broken", message };
  });
  return Promise.race([said, died]);
}

function calls(child: ChildProcess, exited: Promise<WorkerExit>) {
  const waiting = new Map<string, (outcome: Outcome) => void>();
  const settle = (id: string, outcome: Outcome) => {
    waiting.get(id)?.(outcome);
    waiting.delete(id);
  };
  child.on("message", (message: FromWorker) => {
    if (message.kind === "succeeded")
      settle(message.invocationId, {
        kind: "succeeded",
        ...(message.http && { http: message.http }),
      });
    if (message.kind === "failed")
      settle(message.invocationId, {
        kind: "failed",
        message: message.message,
        stack: message.stack,
      });
  });
  void exited.then(({ signal, code }) => {
    const message = `The worker process ended (code ${code}, signal ${signal}).`;
    for (const id of waiting.keys()) settle(id, { kind: "lost", message });
  });
  return (invocation: Invocation): Promise<Outcome> =>
    new Promise((resolve) => {
      if (!child.connected || child.exitCode !== null || child.signalCode !== null)
        return resolve({ kind: "lost", message: "The worker process is gone." });
      waiting.set(invocation.invocationId, resolve);
      const order: ToWorker = { kind: "invoke", invocation };
      child.send(order, (error) => {
        if (error) settle(invocation.invocationId, { kind: "lost", message: error.message });
      });
    });
}

/**
 * Starts a worker and waits until it has loaded the app. Rejects with the worker's own words when the
 * app cannot be loaded, or enables HTTP streaming, which this host does not proxy.
 */
export async function startWorker(options: WorkerOptions): Promise<WorkerProcess> {
  const child = spawn(options);
  const exited = new Promise<WorkerExit>((resolve) => {
    child.once("error", () => resolve({ code: null, signal: null }));
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  const kill = () => {
    child.kill("SIGKILL");
    return exited;
  };
  const send = calls(child, exited);
  const word = await firstWord(child, exited);
  const streaming = word.kind === "ready" && word.capabilities["HttpUri"] !== undefined;
  if (word.kind === "broken" || streaming) {
    await kill();
    throw new Error(
      word.kind === "broken"
        ? word.message
        : "The app enables HTTP streaming (app.setup({ enableHttpStream: true })), which the local host does not offer.",
    );
  }
  return {
    functions: word.functions,
    exited,
    invoke: (invocation) => withinLimit(options, invocation, send(invocation), kill),
    kill,
    async terminate() {
      const order: ToWorker = { kind: "terminate" };
      if (child.connected) child.send(order, () => {});
      const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
      const exit = await exited;
      clearTimeout(timer);
      return exit;
    },
  };
}

async function withinLimit(
  { functionTimeoutMs, log }: WorkerOptions,
  { functionId }: Invocation,
  outcome: Promise<Outcome>,
  kill: () => Promise<unknown>,
): Promise<Outcome> {
  if (functionTimeoutMs === undefined) return outcome;
  const timer = setTimeout(() => {
    log(`[error] Timeout value of ${functionTimeoutMs} ms exceeded by '${functionId}'.`);
    void kill();
  }, functionTimeoutMs);
  const answer = await outcome;
  clearTimeout(timer);
  return answer;
}

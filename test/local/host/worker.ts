import { coreApi, registrations } from "./core-api.ts";
import { loadApp, offerCoreModule } from "./load-app.ts";
import { runHooks, runInvocation } from "./run-invocation.ts";
import type { FromWorker, FunctionMetadata, Invocation, ToWorker } from "./wire.ts";

/*
 * The worker child: one Node process that holds the app and serves invocations over IPC.
 * Started by worker-process.ts with the app's directory as its only argument.
 */

const appDirectory = process.argv[2] ?? ".";
const held = registrations();
const send = (message: FromWorker): void => {
  process.send?.(message);
};

function log(level: string, category: string, message: string, invocationContext?: unknown): void {
  const entry = { level, message, category, invocationContext };
  const hookData = { hookData: held.appLevelHookData, appHookData: held.appHookData };
  const context = Object.assign(entry, hookData);
  for (const hook of held.hooks.log) hook(context);
  // A log hook may change user logs only (types-core/index.d.ts, LogHookContext).
  const line = category === "user" ? context : { level, message };
  send({ kind: "log", level: line.level, category, line: line.message });
}

async function start(): Promise<void> {
  offerCoreModule(coreApi(held, (level, category, message) => log(level, category, message)));
  await loadApp(appDirectory);
  const context = { functionAppDirectory: appDirectory, hookData: held.appLevelHookData };
  await runHooks(held, "appStart", { ...context, appHookData: held.appHookData });
  const capabilities = (await held.programmingModel?.getCapabilities?.({})) ?? {};
  held.closed = true;
  const functions = [...held.functions].map(([id, { metadata }]): FunctionMetadata => {
    // Through JSON, as rawBindings are on the real wire: drops `undefined` and functions.
    const bindings = JSON.parse(JSON.stringify(metadata.bindings)) as FunctionMetadata["bindings"];
    return { id, name: metadata.name, bindings, hasRetry: metadata.retryOptions !== undefined };
  });
  send({ kind: "ready", functions, capabilities });
}

async function invoke(invocation: Invocation): Promise<void> {
  const { invocationId } = invocation;
  let context: unknown;
  try {
    const http = await runInvocation(
      held,
      invocation,
      (level, category, message) => log(level, category, message, context),
      (known) => {
        context = known;
      },
    );
    send({ kind: "succeeded", invocationId, ...(http && { http }) });
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    send({ kind: "failed", invocationId, message: error.message, stack: error.stack ?? "" });
  }
}

async function terminate(): Promise<void> {
  const hookData = { hookData: held.appLevelHookData, appHookData: held.appHookData };
  await runHooks(held, "appTerminate", hookData).catch((error: unknown) =>
    log("error", "system", `appTerminate hook failed: ${String(error)}`),
  );
  process.exit(0);
}

process.on("message", (message: ToWorker) => {
  void (message.kind === "invoke" ? invoke(message.invocation) : terminate());
});
// The host is gone: so is the reason to live.
process.on("disconnect", () => process.exit(0));

start().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  send({ kind: "broken", message });
});

import { inspect } from "node:util";
import type {
  Callback,
  CoreContext,
  HookName,
  InvocationModel,
  Registrations,
} from "./core-api.ts";
import type { HttpOutput, Invocation } from "./wire.ts";

/** Runs the hooks of one kind in the order they were registered; the first that throws ends it. */
export async function runHooks(
  held: Registrations,
  name: Exclude<HookName, "log">,
  context: object,
): Promise<void> {
  for (const hook of held.hooks[name]) await hook(context);
}

/** Properties without setters: writing them throws in strict mode, as the real hook contexts do. */
function hookBase(held: Registrations, hookData: object, invocationContext: unknown): object {
  return Object.defineProperties(
    {},
    {
      hookData: { get: () => hookData, enumerable: true },
      appHookData: { get: () => held.appHookData, enumerable: true },
      invocationContext: { get: () => invocationContext, enumerable: true },
    },
  );
}

async function inState<T>(
  core: CoreContext,
  state: NonNullable<CoreContext["state"]>,
  work: () => Promise<T>,
): Promise<T> {
  core.state = state;
  try {
    return await work();
  } finally {
    core.state = undefined;
  }
}

/** The function between its hooks. Rejects with the error that is left after the postInvocation hooks. */
async function callBetweenHooks(
  held: Registrations,
  core: CoreContext,
  model: InvocationModel,
  call: { context: unknown; inputs: unknown[]; callback: Callback },
): Promise<unknown> {
  const hookData = {};
  const before = Object.assign(hookBase(held, hookData, call.context), {
    functionCallback: call.callback,
    inputs: call.inputs,
  });
  await inState(core, "preInvocationHooks", () => runHooks(held, "preInvocation", before));
  const { inputs, functionCallback } = before;
  const outcome: { result: unknown; error: unknown } = { result: null, error: null };
  await inState(core, "invocation", async () => {
    try {
      outcome.result = await model.invokeFunction(call.context, inputs, functionCallback);
    } catch (error) {
      outcome.error = error ?? new Error("The function threw nothing.");
    }
  });
  const after = Object.assign(hookBase(held, hookData, call.context), { inputs, ...outcome });
  await inState(core, "postInvocationHooks", () => runHooks(held, "postInvocation", after));
  if (after.error instanceof Error) throw after.error;
  if (after.error !== null && after.error !== undefined) throw new Error(inspect(after.error));
  return after.result;
}

/**
 * One invocation, in the order of facts/functions.md section 1.3. Returns the HTTP part of the return
 * value, if any; rejects when the function, a hook or the conversion of the result failed.
 * `onContext` is told the context as soon as there is one (log hooks get it).
 */
export async function runInvocation(
  held: Registrations,
  invocation: Invocation,
  log: CoreContext["log"],
  onContext: (context: unknown) => void,
): Promise<HttpOutput | undefined> {
  const registered = held.functions.get(invocation.functionId);
  if (!registered || !held.programmingModel)
    throw new Error(
      `Function code for '${invocation.functionId}' is not loaded and cannot be invoked.`,
    );
  const { metadata, callback } = registered;
  const { invocationId } = invocation;
  const core: CoreContext = { invocationId, request: invocation, metadata, log };
  const model = await held.programmingModel.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  onContext(context);
  const result = await callBetweenHooks(held, core, model, { context, inputs, callback });
  const response = await model.getResponse(context, result);
  return (response.returnValue as { http?: HttpOutput } | null | undefined)?.http;
}

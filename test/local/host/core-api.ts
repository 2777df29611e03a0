import type { Binding } from "./wire.ts";

/*
 * The module "@azure/functions-core" as the worker offers it to an app
 * (facts/functions.md section 1.3; Azure/azure-functions-nodejs-library types-core/index.d.ts).
 */

export type Callback = (...values: unknown[]) => unknown;
type Log = (level: string, category: string, message: string) => void;

interface CoreMetadata {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: unknown;
}

export interface CoreContext {
  readonly invocationId: string;
  readonly request: unknown;
  readonly metadata: CoreMetadata;
  state?: "preInvocationHooks" | "invocation" | "postInvocationHooks" | undefined;
  log: Log;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: Callback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ returnValue?: unknown }>;
}

interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreContext): InvocationModel | Promise<InvocationModel>;
  getCapabilities?(
    defaults: Record<string, string>,
  ): Record<string, string> | Promise<Record<string, string>>;
}

const hookNames = ["preInvocation", "postInvocation", "appStart", "appTerminate", "log"] as const;
export type HookName = (typeof hookNames)[number];

/** What an app has registered so far. */
export interface Registrations {
  readonly functions: Map<string, { readonly metadata: CoreMetadata; readonly callback: Callback }>;
  readonly hooks: Record<HookName, Callback[]>;
  /** Shared by all hooks of the app; `appLevelHookData` by those outside invocations only. */
  readonly appHookData: Record<string, unknown>;
  readonly appLevelHookData: Record<string, unknown>;
  programmingModel?: ProgrammingModel;
  /** Set once the host has read the metadata: from then on registering throws. */
  closed: boolean;
}

/** Nothing registered, registering open. */
export function registrations(): Registrations {
  return {
    functions: new Map(),
    hooks: { preInvocation: [], postInvocation: [], appStart: [], appTerminate: [], log: [] },
    appHookData: {},
    appLevelHookData: {},
    closed: false,
  };
}

function systemError<E extends Error>(error: E): E {
  return Object.assign(error, { isAzureFunctionsSystemError: true });
}

/** `new Disposable(fn)` and `Disposable.from(...)`, without a class statement. */
function Disposable(this: { dispose: () => unknown }, onDispose: (() => unknown) | undefined) {
  let pending = onDispose;
  this.dispose = () => {
    const run = pending;
    pending = undefined;
    return run?.();
  };
}
Disposable.from = (...many: { dispose?: () => unknown }[]) =>
  disposable(() => {
    for (const one of many) one.dispose?.();
  });

function disposable(onDispose: () => unknown): { dispose: () => unknown } {
  return Reflect.construct(Disposable, [onDispose]) as { dispose: () => unknown };
}

/** The module itself, writing into `held`. Versions are those facts/functions.md section 1.1 names. */
export function coreApi(held: Registrations, log: Log): object {
  const refuseLate = (what: string) => {
    if (held.closed)
      throw systemError(new Error(`A function can only be ${what} during app startup.`));
  };
  const registerFunction = (metadata: CoreMetadata, callback: Callback) => {
    refuseLate("registered");
    const id = metadata.functionId ?? metadata.name;
    if (held.functions.has(id))
      throw systemError(new Error(`A function with id "${id}" has already been registered.`));
    held.functions.set(id, { metadata: { ...metadata, functionId: id }, callback });
    return disposable(() => {
      refuseLate("disposed");
      held.functions.delete(id);
    });
  };
  const registerHook = (name: string, callback: Callback) => {
    const known = hookNames.find((one) => one === name);
    if (!known) throw systemError(new RangeError(`Unrecognized hook "${name}"`));
    held.hooks[known].push(callback);
    return disposable(() => {
      held.hooks[known] = held.hooks[known].filter((one) => one !== callback);
    });
  };
  return {
    version: "3.14.1",
    hostVersion: "4.1052.200",
    registerFunction,
    registerHook,
    setProgrammingModel: (model: ProgrammingModel) => {
      held.programmingModel = model;
      const line = `Setting Node.js programming model to "${model.name}" version "${model.version}"`;
      log("debug", "system", line);
    },
    getProgrammingModel: () => held.programmingModel,
    log,
    Disposable,
  };
}

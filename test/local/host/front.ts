import type { AdminDoors } from "./admin.ts";
import { adminReply, isOpenAdmin } from "./admin.ts";
import { eventGridReply } from "./event-grid.ts";
import type { HostCall, HostReply } from "./http-server.ts";
import type { HttpMatch } from "./http-trigger.ts";
import { httpFunctions, httpInput, httpReply } from "./http-trigger.ts";
import type { Keys } from "./keys.ts";
import { mayCall, presentedKey } from "./keys.ts";
import type { Supervisor } from "./supervisor.ts";

export interface FrontDoors extends Omit<AdminDoors, "invoke"> {
  readonly supervisor: Supervisor;
  readonly keys: Keys;
  readonly maxOutstandingRequests: number | undefined;
  /** How long a request waits for a worker that is being restarted, before 503. */
  readonly patienceMs: number;
}

const unauthorized: HostReply = { status: 401 };
const notFound: HostReply = { status: 404 };

/**
 * Everything that comes in over HTTP: /admin, /runtime/webhooks/eventgrid and the functions' own routes.
 * The host's own answers have no body (facts/functions.md section 1.5).
 */
export function front(doors: FrontDoors): (call: HostCall) => Promise<HostReply> {
  const { supervisor, keys, patienceMs } = doors;
  let find = httpFunctions([], "");
  let known: readonly unknown[] | undefined;
  let outstanding = 0;

  const match = (method: string, path: string): HttpMatch | undefined => {
    const functions = doors.functions();
    if (functions !== known) find = httpFunctions(functions, doors.routePrefix);
    known = functions;
    return find(method, path);
  };
  const key = (call: HostCall, name?: string) =>
    presentedKey(keys, call.headers["x-functions-key"], call.query, name);

  const toFunction = async (call: HostCall): Promise<HostReply> => {
    const found = match(call.method, call.path);
    if (!found) return notFound;
    const presented = key(call, found.metadata.name);
    if (!mayCall(presented, found.authLevel)) return unauthorized;
    if (doors.disabled(found.metadata.name) && presented.level !== "admin") return notFound;
    const value = { http: httpInput(call, found.params) };
    return httpReply(await supervisor.invoke(found.metadata, value));
  };
  const toEventGrid = (call: HostCall): HostReply | Promise<HostReply> => {
    if (!/^(GET|PUT|POST|DELETE|OPTIONS)$/.test(call.method)) return notFound;
    const presented = key(call);
    const own = presented.level === "system" && presented.extension === "eventgrid_extension";
    if (!own && presented.level !== "admin") return unauthorized;
    const enabled = doors.functions().filter(({ name }) => !doors.disabled(name));
    return eventGridReply(call, enabled, (metadata, { value, triggerMetadata }) =>
      supervisor.invoke(metadata, value, triggerMetadata),
    );
  };
  const toAdmin = async (call: HostCall): Promise<HostReply> => {
    if (!isOpenAdmin(call.path) && key(call).level !== "admin") return unauthorized;
    return adminReply(call, {
      ...doors,
      invoke: (metadata, { value, triggerMetadata }) =>
        supervisor.invoke(metadata, value, triggerMetadata),
    });
  };
  const toApp = async (call: HostCall): Promise<HostReply> => {
    if (!(await supervisor.ready(patienceMs))) return { status: 503 };
    return /^\/runtime\/webhooks\/eventgrid\/?$/i.test(call.path)
      ? toEventGrid(call)
      : toFunction(call);
  };
  return async (call) => {
    if (/^\/admin(\/|$)/i.test(call.path)) return toAdmin(call);
    if (outstanding >= (doors.maxOutstandingRequests ?? Infinity)) return { status: 429 };
    outstanding += 1;
    try {
      return await toApp(call);
    } finally {
      outstanding -= 1;
    }
  };
}

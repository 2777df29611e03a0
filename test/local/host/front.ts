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

type Find = (method: string, path: string) => HttpMatch | undefined;

/** Looks functions up by route, anew when another app was loaded. */
function finder(doors: FrontDoors): Find {
  let find: Find = () => undefined;
  let known: readonly unknown[] | undefined;
  return (method, path) => {
    const functions = doors.functions();
    if (functions !== known) find = httpFunctions(functions, doors.routePrefix);
    known = functions;
    return find(method, path);
  };
}

function keyOf(call: HostCall, keys: Keys, functionName?: string) {
  return presentedKey(keys, call.headers["x-functions-key"], call.query, functionName);
}

async function toFunction(call: HostCall, find: Find, doors: FrontDoors): Promise<HostReply> {
  const found = find(call.method, call.path);
  if (!found) return notFound;
  const { metadata, authLevel, params } = found;
  const presented = keyOf(call, doors.keys, metadata.name);
  if (!mayCall(presented, authLevel)) return unauthorized;
  if (doors.disabled(metadata.name) && presented.level !== "admin") return notFound;
  return httpReply(await doors.supervisor.invoke(metadata, { http: httpInput(call, params) }));
}

async function toEventGrid(call: HostCall, doors: FrontDoors): Promise<HostReply> {
  if (!/^(GET|PUT|POST|DELETE|OPTIONS)$/.test(call.method)) return notFound;
  const presented = keyOf(call, doors.keys);
  const own = presented.level === "system" && presented.extension === "eventgrid_extension";
  if (!own && presented.level !== "admin") return unauthorized;
  const enabled = doors.functions().filter(({ name }) => !doors.disabled(name));
  return eventGridReply(call, enabled, (metadata, { value, triggerMetadata }) =>
    doors.supervisor.invoke(metadata, value, triggerMetadata),
  );
}

async function toAdmin(call: HostCall, doors: FrontDoors): Promise<HostReply> {
  if (!isOpenAdmin(call.path) && keyOf(call, doors.keys).level !== "admin") return unauthorized;
  return adminReply(call, {
    ...doors,
    invoke: (metadata, { value, triggerMetadata }) =>
      doors.supervisor.invoke(metadata, value, triggerMetadata),
  });
}

/**
 * Everything that comes in over HTTP: /admin, /runtime/webhooks/eventgrid and the functions' own routes.
 * The host's own answers have no body (facts/functions.md section 1.5).
 */
export function front(doors: FrontDoors): (call: HostCall) => Promise<HostReply> {
  const find = finder(doors);
  let outstanding = 0;
  const toApp = async (call: HostCall): Promise<HostReply> => {
    if (!(await doors.supervisor.ready(doors.patienceMs))) return { status: 503 };
    return /^\/runtime\/webhooks\/eventgrid\/?$/i.test(call.path)
      ? toEventGrid(call, doors)
      : toFunction(call, find, doors);
  };
  return async (call) => {
    if (/^\/admin(\/|$)/i.test(call.path)) return toAdmin(call, doors);
    if (outstanding >= (doors.maxOutstandingRequests ?? Infinity)) return { status: 429 };
    outstanding += 1;
    try {
      return await toApp(call);
    } finally {
      outstanding -= 1;
    }
  };
}

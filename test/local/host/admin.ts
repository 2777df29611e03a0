import type { HostCall, HostReply } from "./http-server.ts";
import { jsonReply } from "./http-server.ts";
import { manualValue } from "./manual-value.ts";
import type { TriggerValue } from "./trigger-value.ts";
import type { FunctionMetadata } from "./wire.ts";
import { triggerOf } from "./wire.ts";

/** What the admin endpoints need of the host. */
export interface AdminDoors {
  functions(): readonly FunctionMetadata[];
  disabled(name: string): boolean;
  ready(): boolean;
  invoke(metadata: FunctionMetadata, value: TriggerValue): Promise<unknown>;
  readonly hostId: string;
  readonly routePrefix: string;
  log(line: string): void;
}

const notFound: HostReply = { status: 404 };

function describe(metadata: FunctionMetadata, call: HostCall, doors: AdminDoors): object {
  const trigger = triggerOf(metadata);
  const route = typeof trigger["route"] === "string" ? trigger["route"] : metadata.name;
  const url = [call.origin, doors.routePrefix, route].filter((part) => part !== "").join("/");
  return {
    name: metadata.name,
    href: `${call.origin}/admin/functions/${metadata.name}`,
    invoke_url_template: trigger.type === "httpTrigger" ? url : null,
    language: "node",
    isDisabled: doors.disabled(metadata.name),
    config: { name: metadata.name, bindings: Object.values(metadata.bindings) },
  };
}

function inputOf(body: Buffer): string | undefined {
  try {
    const { input } = JSON.parse(body.toString("utf8")) as { input?: unknown };
    return typeof input === "string" ? input : JSON.stringify(input ?? null);
  } catch {
    return undefined;
  }
}

/** 202 at once; the run goes on in the background and only the log tells how it ended. */
function run(metadata: FunctionMetadata, input: string, doors: AdminDoors): HostReply {
  const background = async () => doors.invoke(metadata, manualValue(metadata, input));
  background().catch((error: unknown) => {
    doors.log(`[error] Functions.${metadata.name}: ${(error as Error).message}`);
  });
  return { status: 202 };
}

function forFunction(call: HostCall, name: string, rest: string, doors: AdminDoors): HostReply {
  const metadata = doors
    .functions()
    .find((one) => one.name.toLowerCase() === decodeURIComponent(name).toLowerCase());
  if (call.method === "POST" && rest === "") {
    const input = inputOf(call.body);
    if (input === undefined) return { status: 400 };
    return metadata ? run(metadata, input, doors) : notFound;
  }
  if (call.method !== "GET" || !metadata) return notFound;
  if (rest === "") return jsonReply(200, describe(metadata, call, doors));
  return rest === "/status" ? jsonReply(200, {}) : notFound;
}

async function warmUp(doors: AdminDoors): Promise<HostReply> {
  for (const metadata of doors.functions())
    if (triggerOf(metadata).type === "warmupTrigger")
      await doors.invoke(metadata, { value: { string: "{}" }, triggerMetadata: {} });
  return { status: 200 };
}

/** Whether anybody may call it without the master key. */
export function isOpenAdmin(path: string): boolean {
  return /^\/admin\/(host\/ping|warmup)\/?$/i.test(path);
}

/** Answers /admin/...; that the caller holds the master key where it is needed is checked before. */
export async function adminReply(call: HostCall, doors: AdminDoors): Promise<HostReply> {
  const path = call.path.replace(/\/$/, "");
  const is = (known: string) => path.toLowerCase() === known;
  if (is("/admin/host/ping")) return { status: 200 };
  if (is("/admin/warmup")) return warmUp(doors);
  if (is("/admin/host/status") && call.method === "GET") {
    const state = doors.ready() ? "Running" : "Error";
    const processUptime = Math.round(process.uptime() * 1000);
    return jsonReply(200, { id: doors.hostId, state, version: "4.1052.200", processUptime });
  }
  if (is("/admin/functions") && call.method === "GET")
    return jsonReply(
      200,
      doors.functions().map((one) => describe(one, call, doors)),
    );
  const [, name, rest = ""] = /^\/admin\/functions\/([^/]+)(\/.*)?$/i.exec(path) ?? [];
  return name === undefined ? notFound : forFunction(call, name, rest, doors);
}

import { isReason } from "../domain/errors.ts";
import { checkApiVersion } from "./api-version.ts";
import { checkLength, parseBody } from "./body.ts";
import { readCaller, requireRole } from "./caller.ts";
import { concurrentChange, isConditional, readConditions } from "./conditions.ts";
import type { Endpoint, RawInput, Result } from "./endpoint.ts";
import { errorReply, jsonReply, type Reply } from "./reply.ts";

/** A request as the host hands it over. */
export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  /** Values of the route's parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  bytes(): Promise<Uint8Array>;
}

export interface Surroundings {
  /** Asked only for calls that need a caller; may throw when the app is not set up. */
  signInEnabled(): boolean;
  /** One line a request that failed: never bodies, headers or queries. */
  warn(line: string): void;
  /** A bug, once and in full. */
  bug(line: string, error: unknown): void;
  newIncident(): string;
}

/** Runs an endpoint: version, caller, role, conditions, body, schemas, handler; whatever is thrown becomes an answer. */
export async function answer(endpoint: Endpoint, call: Call, around: Surroundings): Promise<Reply> {
  return guarded(endpoint.name, call, around, async () => {
    const url = new URL(call.url);
    checkApiVersion(url.searchParams);
    const caller = callerOf(endpoint, call, around);
    const raw: RawInput = {
      params: call.params,
      query: url.searchParams,
      body: await bodyOf(call),
      caller,
      conditions:
        endpoint.method === "GET"
          ? { mustNotExist: false }
          : readConditions(call.headers, endpoint.conditions ?? []),
      base: `${url.origin}/api`,
      url: `${url.origin}${url.pathname}`,
    };
    return written(await run(endpoint, raw));
  });
}

/** Turns what `work` throws into an answer, logs it, and takes the body off an answer to HEAD. */
export async function guarded(
  name: string,
  call: Call,
  around: Surroundings,
  work: () => Promise<Reply>,
): Promise<Reply> {
  const reply = await work().catch((error: unknown) => {
    const incident = around.newIncident();
    const failed = errorReply(error, incident);
    const line = `${name} answered ${failed.status} ${failed.headers["x-ms-error-code"]}`;
    if (failed.status === 500) around.bug(`${line}, incident ${incident}`, error);
    else around.warn(line);
    return failed;
  });
  return call.method === "HEAD" ? { ...reply, body: undefined } : reply;
}

function callerOf(endpoint: Endpoint, call: Call, around: Surroundings) {
  if (!endpoint.role)
    return { id: "anybody", name: "anybody", roles: new Set<never>(), verified: false };
  const header = call.headers.get("x-ms-client-principal");
  const caller = readCaller(header, around.signInEnabled());
  requireRole(caller, endpoint.role);
  return caller;
}

async function run(endpoint: Endpoint, raw: RawInput): Promise<Result> {
  try {
    return await endpoint.run(raw);
  } catch (error) {
    if (isReason(error, "stale") && !isConditional(raw.conditions)) throw concurrentChange();
    throw error;
  }
}

/** A GET's body means nothing and is not read. */
async function bodyOf(call: Call): Promise<unknown> {
  if (call.method === "GET" || call.method === "HEAD") return undefined;
  checkLength(Number(call.headers.get("Content-Length") ?? "0"));
  return parseBody(await call.bytes(), call.headers.get("Content-Type"));
}

function written({ status, body, headers = {} }: Result): Reply {
  if (body === undefined) return { status, headers: { "Cache-Control": "no-store", ...headers } };
  if (typeof body === "string") return { status, headers, body };
  return jsonReply(status, body, headers);
}

import { randomUUID } from "node:crypto";
import type {
  HttpFunctionOptions,
  HttpMethod,
  HttpRequest,
  InvocationContext,
} from "@azure/functions";
import { answer, type Call, guarded, type Surroundings } from "../http/answer.ts";
import type { Endpoint } from "../http/endpoint.ts";
import type { Reply } from "../http/reply.ts";
import { unmatched } from "../http/unmatched.ts";

/** A function for the host, and what it is called by. */
export interface Registration {
  readonly name: string;
  readonly options: HttpFunctionOptions;
}

const anyMethod: HttpMethod[] = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"];

/**
 * The functions that serve a table of endpoints. The host tries them by name and takes the first
 * that fits (facts/functions.md section 1.5), so the one for everything else sorts last. Where sign-in
 * stands in front it tells who calls; a call takes no key besides where the deployment says so, too: one setting
 * by hand must not open the API to whoever sends the header himself.
 */
export function registrations(
  table: readonly Endpoint[],
  signInEnabled: () => boolean,
  keyless: () => boolean,
): readonly Registration[] {
  const closed = isOn(keyless) ? "anonymous" : "function";
  const served = table.map((one): Registration => {
    const methods: HttpMethod[] = one.method === "GET" ? ["GET", "HEAD"] : [one.method];
    const authLevel = one.role ? closed : "anonymous";
    const handler = async (request: HttpRequest, context: InvocationContext) =>
      response(await answer(one, callOf(request), surroundings(context, signInEnabled)));
    return { name: one.name, options: { methods, authLevel, route: one.route, handler } };
  });
  const rest = async (request: HttpRequest, context: InvocationContext) =>
    response(
      await guarded("zzUnmatched", callOf(request), surroundings(context, signInEnabled), () =>
        Promise.reject(unmatched(table, request.url)),
      ),
    );
  const last: HttpFunctionOptions = {
    methods: anyMethod,
    authLevel: closed,
    route: "{*path}",
    handler: rest,
  };
  return [...served, { name: "zzUnmatched", options: last }];
}

/** With faulty settings every call is refused anyway, but the host must find its functions. */
function isOn(keyless: () => boolean): boolean {
  try {
    return keyless();
  } catch {
    return false;
  }
}

function callOf(request: HttpRequest): Call {
  return {
    method: request.method,
    url: request.url,
    headers: request.headers,
    params: request.params,
    bytes: async () => new Uint8Array(await request.arrayBuffer()),
  };
}

function surroundings(context: InvocationContext, signInEnabled: () => boolean): Surroundings {
  return {
    signInEnabled,
    warn: (line) => context.warn(line),
    bug: (line, error) => context.error(line, error),
    newIncident: randomUUID,
  };
}

function response({ status, headers, body }: Reply) {
  return { status, headers: { ...headers }, ...(body !== undefined && { body }) };
}

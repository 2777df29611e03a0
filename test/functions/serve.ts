import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type HttpHandler,
  HttpRequest,
  type HttpResponseInit,
  InvocationContext,
} from "@azure/functions";
import type { Ports } from "../../src/domain/ports.ts";
import { endpoints } from "../../src/functions/endpoints.ts";
import { type Registration, registrations } from "../../src/functions/register.ts";
import { parseRoute } from "../local/host/route.ts";

export const functionKey = "test-function-key";

export interface Served {
  /** "http://127.0.0.1:port". */
  readonly url: string;
  /** Everything the functions logged, one entry a line. */
  readonly log: string[];
  /** A call with the function key, unless `headers` says otherwise. `path` goes out as it is. */
  call(method: string, path: string, options?: Sent): Promise<Heard>;
  close(): Promise<void>;
}

interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Heard {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The header x-ms-error-code. */
  readonly code: string | null;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

interface Options {
  readonly signInEnabled?: () => boolean;
}

/** Serves the real table of endpoints over sockets, with the host's route order and key check but without a host. */
export async function serve(ports: () => Ports, options: Options = {}): Promise<Served> {
  const log: string[] = [];
  const signedIn = options.signInEnabled ?? (() => false);
  const registered = registrations(endpoints(ports), signedIn, signedIn);
  const answer = host(registered, log);
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.push(`host: ${String(error)}`);
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    log,
    call: (method, path, sent) => send(method, `${url}${path}`, sent),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What the host does for HTTP triggers (facts/functions.md section 1.5). */
function host(registered: readonly Registration[], log: string[]) {
  const order = registered
    .map((one) => ({ ...one, route: parseRoute(`api/${one.options.route ?? one.name}`) }))
    .sort((a, b) => (a.name.toUpperCase() < b.name.toUpperCase() ? -1 : 1));
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = request.method ?? "GET";
    const url = new URL(`http://${request.headers.host}${request.url}`);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    for (const { name, options, route } of order) {
      const params = options.methods?.includes(method as "GET")
        ? route.match(url.pathname)
        : undefined;
      if (!params) continue;
      const given = request.headers["x-functions-key"] ?? url.searchParams.get("code");
      if (options.authLevel !== "anonymous" && given !== functionKey)
        return void response.writeHead(401).end();
      const call = new HttpRequest({
        method,
        url: url.href,
        params: { ...params },
        headers: headersOf(request),
        ...(parts.length > 0 && { body: { bytes: Buffer.concat(parts) } }),
      });
      const context = new InvocationContext({
        functionName: name,
        logHandler: (level, ...words) => void log.push(`${level}: ${words.map(String).join(" ")}`),
      });
      return write(response, await run(options.handler, call, context));
    }
    response.writeHead(404).end();
  };
}

/** Our handlers answer with an init, never with an HttpResponse. */
async function run(handler: HttpHandler, call: HttpRequest, context: InvocationContext) {
  return ((await handler(call, context)) ?? {}) as HttpResponseInit;
}

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
}

function write(response: ServerResponse, { status = 200, headers, body }: HttpResponseInit): void {
  response.writeHead(status, headers as Record<string, string>);
  response.end(typeof body === "string" ? body : undefined);
}

async function send(method: string, url: string, sent: Sent = {}): Promise<Heard> {
  const { body, headers } = sent;
  const raw = typeof body === "string" || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: {
      "x-functions-key": functionKey,
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json") === true;
  const json: unknown = isJson && text !== "" ? JSON.parse(text) : undefined;
  const { status, headers: heard } = response;
  return { status, headers: heard, text, code: heard.get("x-ms-error-code"), json };
}

import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Faults } from "./faults.ts";
import type { RequestLog } from "./request-log.ts";
import type { ServerCertificate } from "./tls.ts";

/** A request as a stand-in service sees it: body read, nothing decoded. */
export interface Call {
  readonly method: string;
  /** Host header without port, lower case: tells the upstream registries apart. */
  readonly host: string;
  /** Scheme and authority the client used, e.g. "https://localhost:4711": base of links in answers. */
  readonly origin: string;
  /** Path as sent, percent-encoding intact. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text and bytes go as they are; anything else as JSON with its content type. Dropped for HEAD. */
  readonly body?: unknown;
}

/** One far end of the wire. `answer` may throw an Answer (see `refuse`) to end early. */
export interface Service {
  /** Name used by faults, request counts and state: "arm", "acr", "vault", "topic", "identity", "docker-hub", "upstream". */
  readonly name: string;
  /** Short form of a path for counting, e.g. "GET /v2/{repository}/manifests/{reference}". */
  endpoint(call: Call): string;
  answer(call: Call): Answer | Promise<Answer>;
}

export interface Surroundings {
  readonly faults: Faults;
  readonly log: RequestLog;
  /** Added before every answer, milliseconds (a bench's network). */
  readonly delayMs: number;
}

export interface Listener {
  readonly port: number;
  /** "https://localhost:port" (or http without a certificate). */
  readonly url: string;
  close(): Promise<void>;
}

class EarlyAnswer extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(`answered ${answer.status}`);
    this.answer = answer;
  }
}

/** Ends the handling of a call with this answer, from any depth. */
export function refuse(answer: Answer): never {
  throw new EarlyAnswer(answer);
}

/** What a service answers to a call, with the early answers caught; unknown errors become 500 with the message. */
export async function answerOf(service: Service, call: Call): Promise<Answer> {
  try {
    return await service.answer(call);
  } catch (error) {
    if (error instanceof EarlyAnswer) return error.answer;
    return {
      status: 500,
      body: `stand-in bug in ${service.name}: ${String((error as Error).stack)}`,
    };
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function write(response: ServerResponse, call: Call, answer: Answer): void {
  const { body } = answer;
  const raw = typeof body === "string" || Buffer.isBuffer(body);
  const bytes =
    body === undefined ? Buffer.alloc(0) : Buffer.from(raw ? body : JSON.stringify(body));
  const headers: Record<string, string | readonly string[] | number> = { ...answer.headers };
  const named = (name: string) => Object.keys(headers).some((key) => key.toLowerCase() === name);
  if (body !== undefined && !raw && !named("content-type"))
    headers["Content-Type"] = "application/json; charset=utf-8";
  if (!named("content-length")) headers["Content-Length"] = bytes.length;
  response.writeHead(answer.status, headers as Record<string, string>);
  response.end(call.method === "HEAD" ? undefined : bytes);
}

/** Serves over TLS when a certificate is given, else plain http; port 0 picks a free one. Loopback only. */
export async function listen(
  service: Service,
  around: Surroundings,
  options: { readonly port?: number; readonly certificate?: ServerCertificate | undefined },
): Promise<Listener> {
  const scheme = options.certificate ? "https" : "http";
  const onRequest = async (request: IncomingMessage, response: ServerResponse) => {
    const authority = request.headers.host ?? "localhost";
    const [path, search] = splitOnce(request.url ?? "/", "?");
    const call: Call = {
      method: request.method ?? "GET",
      host: authority.replace(/:\d+$/, "").toLowerCase(),
      origin: `${scheme}://${authority}`,
      path,
      query: new URLSearchParams(search),
      headers: request.headers,
      body: await readBody(request),
    };
    const fault = around.faults.take(service.name, call);
    if (around.delayMs > 0) await wait(around.delayMs);
    if (fault?.delayMs) await wait(fault.delayMs);
    if (fault?.drop === "before") return void request.socket.destroy();
    const answer = fault?.answer ?? (await answerOf(service, call));
    around.log.add({
      service: service.name,
      host: call.host,
      endpoint: service.endpoint(call),
      call,
      answer,
    });
    if (fault?.drop === "after") return void request.socket.destroy();
    write(response, call, answer);
  };
  const handler = (request: IncomingMessage, response: ServerResponse) => {
    onRequest(request, response).catch(() => request.socket.destroy());
  };
  const server = options.certificate
    ? createHttpsServer({ key: options.certificate.key, cert: options.certificate.cert }, handler)
    : createHttpServer(handler);
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${scheme}://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

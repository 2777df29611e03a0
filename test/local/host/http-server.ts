import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the parts of the host see it: body read, path still percent-encoded. */
export interface HostCall {
  readonly method: string;
  /** "http://127.0.0.1:7071", from the Host header. */
  readonly origin: string;
  readonly path: string;
  /** With its question mark, "" when there is none. */
  readonly search: string;
  readonly query: URLSearchParams;
  /** Names in lower case, repeated headers joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface HostReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Uint8Array | string;
}

export interface HostServer {
  readonly url: string;
  close(): Promise<void>;
}

/** 100 MB (facts/functions.md section 1.5). */
const bodyLimit = 104_857_600;

/** Undefined when the body is over the limit. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > bodyLimit) return undefined;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > bodyLimit) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function callOf(request: IncomingMessage, body: Buffer): HostCall {
  const target = request.url ?? "/";
  const mark = target.indexOf("?");
  const search = mark < 0 ? "" : target.slice(mark);
  const headers = Object.entries(request.headersDistinct).map(([name, values]) => [
    name,
    (values ?? []).join(","),
  ]);
  return {
    method: request.method ?? "GET",
    origin: `http://${request.headers.host ?? "localhost"}`,
    path: mark < 0 ? target : target.slice(0, mark),
    search,
    query: new URLSearchParams(search),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body,
  };
}

function write(response: ServerResponse, method: string, reply: HostReply): void {
  const body = Buffer.from(reply.body ?? "");
  const bodiless = reply.status === 204 || reply.status === 205 || reply.status === 304;
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    const own = /^(transfer-encoding|connection|keep-alive)$/i.test(name);
    const length = /^content-length$/i.test(name) && method !== "HEAD";
    if (!own && !length) response.setHeader(name, value);
  }
  if (!bodiless && !response.hasHeader("content-length"))
    response.setHeader("Content-Length", body.length);
  response.writeHead(reply.status);
  response.end(bodiless || method === "HEAD" ? undefined : body);
}

/**
 * Serves on the loopback; port 0 picks a free one. A handler that throws is the host's own failure:
 * 500 with the message, since nobody but a developer sees it.
 */
export async function listenHttp(
  port: number,
  handle: (call: HostCall) => Promise<HostReply>,
): Promise<HostServer> {
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request);
    if (!body) {
      response.setHeader("Connection", "close");
      return write(response, "", { status: 413 });
    }
    const reply = await handle(callOf(request, body)).catch((error: unknown): HostReply => {
      return { status: 500, body: `local host failed: ${String((error as Error).stack)}` };
    });
    write(response, request.method ?? "GET", reply);
  };
  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function jsonReply(status: number, value: unknown): HostReply {
  const headers = { "Content-Type": "application/json; charset=utf-8" };
  return { status, headers, body: JSON.stringify(value) };
}

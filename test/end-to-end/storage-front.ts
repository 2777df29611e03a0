import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Call } from "../local/service.ts";
import type { StandIn } from "../local/stand-in.ts";

/** Tables and queues of the stand-in, as the app reaches them through its log and its faults. */
interface StorageFront {
  /** Connection string. */
  readonly storage: string;
  close(): void;
}

const services = { tables: "TableEndpoint", queues: "QueueEndpoint" } as const;
type Name = keyof typeof services;

/**
 * Stands before Azurite, which the stand-in knows nothing of: what the app asks of tables, and the messages it sends, are services
 * "tables" and "queues" of the request log, and of the faults that close a connection before anything is done. The host reads its
 * queues by the same way; that is passed on untold, unless there is no host and `all` is told.
 */
export async function storageFront(standIn: StandIn, { all = false } = {}): Promise<StorageFront> {
  let { storage } = standIn;
  const opened: Server[] = [];
  for (const [name, setting] of Object.entries(services) as [Name, string][]) {
    const behind = new RegExp(`${setting}=(http://[^/;]+)`).exec(storage)?.[1] ?? "";
    const server = createServer((incoming, outgoing) => {
      pass(standIn, { name, behind, all }, incoming, outgoing).catch(() =>
        incoming.socket.destroy(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    storage = storage.replace(`${setting}=${behind}`, `${setting}=http://127.0.0.1:${port}`);
    opened.push(server);
  }
  const close = () => {
    for (const server of opened) server.close().closeAllConnections();
  };
  return { storage, close };
}

async function pass(
  { faults, log }: StandIn,
  {
    name: service,
    behind,
    all,
  }: { readonly name: Name; readonly behind: string; readonly all: boolean },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const call = await callOf(behind, incoming);
  const told = all || service === "tables" || call.method === "POST";
  if (told && faults.take(service, call)?.drop === "before") return void incoming.socket.destroy();
  const { status, headers, body } = await send(behind + incoming.url, call);
  const endpoint = `${call.method} ${call.path}`;
  if (told) log.add({ service, host: call.host, endpoint, call, answer: { status, body } });
  outgoing.writeHead(status, headers).end(body);
}

async function callOf(behind: string, incoming: IncomingMessage): Promise<Call> {
  const { pathname, searchParams, hostname } = new URL(incoming.url ?? "/", behind);
  const { method = "GET", headers } = incoming;
  const body = await bytesOf(incoming);
  return {
    method,
    host: hostname,
    origin: behind,
    path: pathname,
    query: searchParams,
    headers,
    body,
  };
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function send(url: string, { method, headers, body }: Call) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    readonly status: number;
    readonly headers: string[];
    readonly body: Buffer;
  }>();
  const outgoing = request(url, { method, headers }, (answer) => {
    const { statusCode: status = 0, rawHeaders } = answer;
    bytesOf(answer).then((bytes) => resolve({ status, headers: rawHeaders, body: bytes }), reject);
  });
  outgoing.on("error", reject);
  outgoing.end(body);
  return promise;
}

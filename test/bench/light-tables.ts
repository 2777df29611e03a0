import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { lightBatch } from "./light-table-batch.ts";
import { lightRows, type TableAnswer } from "./light-table-rows.ts";

/*
 * Table Storage, as little of it as Larder needs, with an index on row keys, in a process of its own:
 * Azurite goes through all rows of a table on every query, which with 100,000 of them is all that would
 * be measured. Forked; sends its port and ends with its parent. Tables are there, signatures not checked.
 */

const rows = lightRows();

function answerTo(request: IncomingMessage, body: string): TableAnswer {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://tables");
  const method = request.method ?? "GET";
  if (pathname.endsWith("/$batch")) return lightBatch(rows, body);
  if (pathname.endsWith("/Tables")) return { status: 204 };
  if (method === "GET") return rows.read(pathname, searchParams);
  const change = rows.change({
    method,
    path: pathname,
    ifMatch: request.headers["if-match"],
    body,
  });
  return change.problem ?? change.apply();
}

function respond(response: ServerResponse, { status, headers, body }: TableAnswer): void {
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const type = { "Content-Type": "application/json;odata=minimalmetadata" };
  response.writeHead(status, { ...(text && type), ...headers });
  response.end(text);
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.once("end", () => {
    try {
      respond(response, answerTo(request, Buffer.concat(parts).toString()));
    } catch (error) {
      respond(response, { status: 500, body: String(error) });
    }
  });
});
server.keepAliveTimeout = 30_000;
process.once("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));

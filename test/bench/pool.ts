import type { IncomingHttpHeaders } from "node:http";
import { Agent, request } from "node:https";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Where to connect, and under which name. */
export interface Door {
  readonly port: number;
  readonly host: string;
}

export type Ask = (
  door: Door,
  method: string,
  path: string,
  headers?: Readonly<Record<string, string>>,
  body?: string,
) => Promise<Reply>;

/** Bare requests over kept-alive TLS connections, as many as there are requests in flight. */
export function asker(): Ask {
  const agent = new Agent({ keepAlive: true });
  return ({ port, host }, method, path, headers = {}, body = "") =>
    new Promise((resolve, reject) => {
      const own = { host, ...headers };
      const options = { agent, host: "127.0.0.1", port, servername: host.replace(/:\d+$/, "") };
      const sent = request({ ...options, method, path, headers: own }, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.once("error", reject);
        answer.once("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(parts).toString(),
          }),
        );
      });
      sent.once("error", reject);
      sent.end(body);
    });
}

/** Does the work for every item, `limit` at a time. */
export async function inFlight<T>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}

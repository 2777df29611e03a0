import type { IncomingMessage } from "node:http";
import { type Agent, request as httpsRequest } from "node:https";
import { LarderError } from "../domain/errors.ts";
import { upstreamAgent } from "./agent.ts";
import type { Ask, Reply, Send } from "./exchange.ts";
import { connectionFailure, timeoutCode, unavailable } from "./failure.ts";

export interface WireSettings {
  /** "host:port" or "*:port" → "host:port": other TCP destinations, nothing else changes. */
  readonly connectTo: ReadonlyMap<string, string>;
  /** For each single request, from waiting for a connection to the last byte of the answer. */
  readonly timeoutSeconds: number;
  /** Connections per host at once; 64 when not given. */
  readonly maxSockets?: number | undefined;
}

/** Token and error answers are a few hundred bytes; a token of Azure's some thousand. */
const maximumBody = 65_536;
const maximumHeader = 32_768;

/** All requests to upstreams go through here: TLS always, one pool, limits on time and size. */
export function wire({ connectTo, timeoutSeconds, maxSockets = 64 }: WireSettings): Send {
  const agent = upstreamAgent(connectTo, maxSockets);
  const send: Send = async (ask) => {
    try {
      return await exchange(agent, timeoutSeconds * 1000, ask);
    } catch (error) {
      if (error === closedBefore) return send(ask);
      if (error instanceof LarderError) throw error;
      throw connectionFailure(ask.host, error, timeoutSeconds);
    }
  };
  return send;
}

/** The far end closed a kept connection just when it was taken again: nothing was done yet. */
const closedBefore = new Error("the kept connection was closed");

function exchange(agent: Agent, timeoutMs: number, ask: Ask): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { method, host, path, headers } = ask;
    const options = { agent, method, host, port: 443, path, headers, maxHeaderSize: maximumHeader };
    const request = httpsRequest(options);
    const timer = setTimeout(() => {
      reject(Object.assign(new Error("time is up"), { code: timeoutCode }));
      request.destroy();
    }, timeoutMs);
    const done = (reply: Reply) => {
      clearTimeout(timer);
      resolve(reply);
    };
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    let answered = false;
    request.on("response", (response) => {
      answered = true;
      if (ask.method === "GET") return readBody(response, ask.host, done, fail);
      response.resume();
      done({ status: response.statusCode ?? 0, headers: response.headers, body: "" });
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      const closed = error.code === "ECONNRESET" || error.code === "EPIPE";
      fail(closed && !answered && request.reusedSocket ? closedBefore : error);
    });
    request.end();
  });
}

function readBody(
  response: IncomingMessage,
  host: string,
  done: (reply: Reply) => void,
  fail: (error: Error) => void,
): void {
  const status = response.statusCode ?? 0;
  const parts: Buffer[] = [];
  const answer = (body: string) => done({ status, headers: response.headers, body });
  let size = 0;
  response.on("data", (part: Buffer) => {
    size += part.length;
    if (size <= maximumBody) return void parts.push(part);
    response.destroy();
    if (status === 200) fail(unavailable(`${host} answered more than ${maximumBody} bytes.`));
    else answer("");
  });
  response.on("end", () => answer(Buffer.concat(parts).toString("utf8")));
  response.on("error", fail);
}

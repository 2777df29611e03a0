import type { IncomingMessage } from "node:http";
import { type Agent, request as httpsRequest } from "node:https";
import { LarderError } from "../domain/errors.ts";
import type { Ask, Reply, Send } from "./exchange.ts";
import { connectionFailure, timeoutCode, unavailable } from "./failure.ts";

/** Token and error answers are a few hundred bytes; a token of Azure's some thousand. */
const maximumBody = 65_536;
const maximumHeader = 32_768;

const nothing = Buffer.alloc(0);

/**
 * All requests go through here: TLS always, one pool, limits on time and size. `timeoutSeconds` is
 * for each single request, from waiting for a connection to the last byte of the answer.
 */
export function wire(agent: Agent, timeoutSeconds: number): Send {
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
    const { method, path, headers } = ask;
    const address = addressOf(ask.host);
    const request = httpsRequest({
      agent,
      method,
      ...address,
      path,
      headers,
      maxHeaderSize: maximumHeader,
    });
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
      if (ask.method === "GET") return readBody(response, ask, done, fail);
      response.resume();
      done({ status: response.statusCode ?? 0, headers: response.headers, body: nothing });
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      const closed = error.code === "ECONNRESET" || error.code === "EPIPE";
      fail(closed && !answered && request.reusedSocket ? closedBefore : error);
    });
    request.end();
  });
}

/** "localhost:5001" taken apart; without a port it is 443. */
function addressOf(host: string): { host: string; port: number } {
  const colon = host.lastIndexOf(":");
  if (colon < 0 || host.endsWith("]")) return { host, port: 443 };
  return { host: host.slice(0, colon), port: Number(host.slice(colon + 1)) };
}

function readBody(
  response: IncomingMessage,
  ask: Ask,
  done: (reply: Reply) => void,
  fail: (error: Error) => void,
): void {
  const { headers, statusCode: status = 0 } = response;
  const limit = (status === 200 && ask.maximumBody) || maximumBody;
  const parts: Buffer[] = [];
  let size = 0;
  response.on("data", (part: Buffer) => {
    size += part.length;
    if (size <= limit) return void parts.push(part);
    response.destroy();
    if (status === 200) fail(unavailable(`${ask.host} answered more than ${limit} bytes.`));
    else done({ status, headers, body: nothing });
  });
  response.on("end", () => done({ status, headers, body: Buffer.concat(parts) }));
  response.on("error", fail);
}

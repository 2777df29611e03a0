import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { type Agent, request as httpsRequest } from "node:https";
import type { Secret } from "../domain/secret.ts";
import { hubHost, unavailable } from "./failure.ts";

/** One request to Docker Hub's API. `path` includes the query. */
export interface Ask {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly bearer?: Secret | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Empty for an answer other than 2xx that was too large to read. */
  readonly text: string;
}

/** Sends one request, once, and reads its answer. Follows nothing; rejects with LarderError `unavailable` only. */
export type Send = (ask: Ask) => Promise<Reply>;

/** A page of 100 tokens is some 60 KB; their user agents may be long. */
const maximumBody = 1_048_576;
const maximumHeader = 32_768;
/** Of the error that a request is ended with when its time is up. */
const timeoutCode = "REQUEST_TIMEOUT";

/**
 * All requests go through here: TLS always, limits on time and size. `timeoutSeconds` is for each
 * request, from waiting for a connection to the last byte of the answer. Each has a connection of
 * its own, whatever the agent would keep: they are few, and one that is closed just as it is taken again
 * would look like a lost answer, of which a new token must be feared.
 */
export function wire(agent: Agent, timeoutSeconds: number): Send {
  return async (ask) => {
    try {
      return await exchange(agent, timeoutSeconds * 1000, ask);
    } catch (error) {
      throw connectionFailure(error, timeoutSeconds);
    }
  };
}

function exchange(agent: Agent, timeoutMs: number, ask: Ask): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { method, path } = ask;
    const body = ask.body === undefined ? undefined : JSON.stringify(ask.body);
    const headers = headersOf(ask, body);
    const maxHeaderSize = maximumHeader;
    const request = httpsRequest({
      agent,
      method,
      host: hubHost,
      port: 443,
      path,
      headers,
      maxHeaderSize,
    });
    request.shouldKeepAlive = false;
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
    request.on("response", (response) => readBody(response, done, fail));
    request.on("error", fail);
    request.end(body);
  });
}

function headersOf({ bearer }: Ask, body: string | undefined): Record<string, string | number> {
  return {
    accept: "application/json",
    "user-agent": "larder",
    ...(bearer && { authorization: `Bearer ${bearer.reveal()}` }),
    ...(body !== undefined && {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    }),
  };
}

function readBody(
  response: IncomingMessage,
  done: (reply: Reply) => void,
  fail: (error: Error) => void,
): void {
  const { headers, statusCode: status = 0 } = response;
  const parts: Buffer[] = [];
  let size = 0;
  response.on("data", (part: Buffer) => {
    size += part.length;
    if (size <= maximumBody) return void parts.push(part);
    response.destroy();
    if (status >= 300) done({ status, headers, text: "" });
    else fail(Object.assign(new Error("too large"), { code: "ANSWER_TOO_LARGE" }));
  });
  response.on("end", () => done({ status, headers, text: Buffer.concat(parts).toString("utf8") }));
  response.on("error", fail);
}

/** Only the error's code is told: its text may quote what was sent. */
function connectionFailure(error: unknown, seconds: number) {
  const { code } = error as { code?: unknown };
  if (code === timeoutCode)
    return unavailable(`${hubHost} did not answer within ${seconds} seconds.`);
  const shown = typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : "unknown error";
  return unavailable(`${hubHost} gave no answer: ${shown}.`);
}

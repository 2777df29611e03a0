import type { IncomingHttpHeaders } from "node:http";
import type { Faults } from "../faults.ts";
import type { RequestLog } from "../request-log.ts";
import { type Answer, answerOf, type Call, type Service } from "../service.ts";

export type ByteAnswer = Answer & { readonly body: Buffer };

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const lost: Answer = { status: 502, body: "the connection to the upstream was lost" };
/** Where ACR's anonymous pulls come from (a documentation address, RFC 5737). */
const address = "198.51.100.10";

/**
 * Sends calls to a service without a socket, with wire faults applied and every exchange logged as `listen` does.
 * A dropped connection becomes a 502, which is what a proxy would make of it.
 */
export function inProcess(
  service: Service,
  faults: Faults,
  log: RequestLog,
): (call: Call) => Promise<ByteAnswer> {
  return async (call) => {
    const fault = faults.take(service.name, call);
    if (fault?.delayMs) await wait(fault.delayMs);
    if (fault?.drop === "before") return withBytes(call, lost);
    const answer = fault?.answer ?? (await answerOf(service, call));
    const endpoint = service.endpoint(call);
    log.add({ service: service.name, host: call.host, endpoint, call, answer });
    return withBytes(call, fault?.drop === "after" ? lost : answer);
  };
}

/** The call a client at ACR's address would make. */
export function callTo(method: string, url: URL, headers: IncomingHttpHeaders = {}): Call {
  return {
    method,
    host: url.hostname,
    origin: url.origin,
    path: url.pathname,
    query: url.searchParams,
    headers: { host: url.host, "x-forwarded-for": address, ...headers },
    body: Buffer.alloc(0),
  };
}

function withBytes(call: Call, answer: Answer): ByteAnswer {
  const { body } = answer;
  const raw = typeof body === "string" || Buffer.isBuffer(body);
  const empty = body === undefined || call.method === "HEAD";
  return { ...answer, body: Buffer.from(empty ? "" : raw ? body : JSON.stringify(body)) };
}

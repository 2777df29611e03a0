import type { IncomingHttpHeaders } from "node:http";

/** One request over TLS. `path` includes the query. */
export interface Ask {
  readonly method: "GET" | "HEAD";
  /** As URLs write it, with the port unless that is 443: "ghcr.io", "localhost:5001". */
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes to read of an answer 200; 64 KiB when not given. */
  readonly maximumBody?: number | undefined;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As sent. Empty for HEAD, and for an answer other than 200 that was too large to read. */
  readonly body: Buffer;
}

/** Sends one request and reads its answer. Follows nothing; rejects with LarderError `unavailable` only. */
export type Send = (ask: Ask) => Promise<Reply>;

export function textOf({ body }: Reply): string {
  return body.toString("utf8");
}

/** The value of an answer's JSON; undefined when it is none. */
export function jsonOf(reply: Reply): unknown {
  try {
    return JSON.parse(textOf(reply));
  } catch {
    return undefined;
  }
}

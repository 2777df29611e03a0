import type { IncomingHttpHeaders } from "node:http";

/** One request to port 443 of a host. `path` includes the query. */
export interface Ask {
  readonly method: "GET" | "HEAD";
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** "" for HEAD, and for an answer other than 200 that was too large to read. */
  readonly body: string;
}

/** Sends one request and reads its answer. Follows nothing; rejects with LarderError `unavailable` only. */
export type Send = (ask: Ask) => Promise<Reply>;

import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { clock } from "../local/clock.ts";
import { dockerHub } from "../local/docker-hub/docker-hub.ts";
import { faults } from "../local/faults.ts";
import { requestLog } from "../local/request-log.ts";
import { listen, type Service } from "../local/service.ts";
import { authority } from "../local/tls.ts";
import { upstreamNames } from "../local/upstream/dialects.ts";
import { upstreamSide } from "../local/upstream/upstream-side.ts";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Extra {
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** The stand-in's parts on one clock: registries over TLS, asked by their real names at the listener's port. */
export async function upstreamWorld(options: { readonly seed?: string } = {}) {
  const time = clock(Date.parse("2026-11-21T12:00:00Z"));
  const held = faults();
  const log = requestLog();
  const hub = dockerHub({ clock: time, faults: held });
  const side = upstreamSide({ clock: time, hub, faults: held, log, ...options });
  const wire = await onTheWire(side.service, { faults: held, log });
  return { ...wire, clock: time, faults: held, log, hub, side };
}

/** Serves over TLS with a throw-away authority; `ask` connects to 127.0.0.1 whatever the URL's host and checks its certificate. */
export async function onTheWire(
  service: Service,
  around: {
    readonly faults: ReturnType<typeof faults>;
    readonly log: ReturnType<typeof requestLog>;
  },
) {
  const made = await authority([...upstreamNames, "hub.docker.com"]);
  const listener = await listen(service, { ...around, delayMs: 0 }, { certificate: made });
  const ask = (method: string, address: string, extra: Extra = {}): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const url = new URL(address);
      const body = extra.body === undefined ? undefined : JSON.stringify(extra.body);
      const sent = request(
        {
          method,
          host: "127.0.0.1",
          port: listener.port,
          servername: url.hostname,
          ca: made.ca,
          path: `${url.pathname}${url.search}`,
          headers: { host: url.hostname, ...extra.headers },
          agent: false,
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("error", reject);
          response.on("end", () => {
            const { statusCode = 0, headers } = response;
            resolve({ status: statusCode, headers, body: Buffer.concat(parts) });
          });
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  return { port: listener.port, ca: made.ca, close: () => listener.close(), ask };
}

/** A token from a token URL, as the header that uses it. */
export async function bearerFrom(
  ask: Awaited<ReturnType<typeof onTheWire>>["ask"],
  tokenUrl: string,
  login?: string,
): Promise<Record<string, string>> {
  const headers: Record<string, string> = login ? { authorization: basic(login) } : {};
  const { body } = await ask("GET", tokenUrl, { headers });
  const { token, access_token } = JSON.parse(body.toString()) as Record<string, string>;
  return { authorization: `Bearer ${token ?? access_token}` };
}

/** Basic header for "user:password". */
export function basic(login: string): string {
  return `Basic ${Buffer.from(login).toString("base64")}`;
}

/** What a careful client accepts: indexes and manifests of both families. */
export const everyType = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

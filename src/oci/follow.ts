import type { Ask, Reply, Send } from "./exchange.ts";
import { unavailable } from "./failure.ts";
import { type Registry, redirectTarget } from "./registry.ts";

/** The last answer, and which host gave it to which path. */
export interface Followed extends Reply {
  readonly host: string;
  readonly path: string;
}

const maximumRedirects = 5;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Asks the registry and follows its redirects, with the same method. The authorization stays behind
 * at the first change of host, for good (OCI distribution spec, main: "MUST NOT forward
 * Authorization across host boundaries").
 */
export async function follow(
  send: Send,
  registry: Registry,
  request: Omit<Ask, "host">,
  authorization: string | undefined,
): Promise<Followed> {
  let { path } = request;
  let { host } = registry;
  let headers = authorization ? { ...request.headers, authorization } : request.headers;
  for (let hop = 0; ; hop += 1) {
    const reply = await send({ ...request, host, path, headers });
    if (!redirects.has(reply.status) || !registry.redirectHosts) return { ...reply, host, path };
    if (hop === maximumRedirects) {
      throw unavailable(`${registry.name} redirected more than ${maximumRedirects} times.`);
    }
    const next = redirectTarget(
      registry,
      new URL(`https://${host}${path}`),
      reply.headers.location,
    );
    if (next.host !== host) headers = request.headers;
    host = next.host;
    path = next.pathname + next.search;
  }
}

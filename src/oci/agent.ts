import { lookup } from "node:dns";
import { Agent } from "node:https";
import { isIP } from "node:net";
import { isPublicAddress, notPublic, publicLookup } from "./public-address.ts";

/** A pool of kept-alive TLS connections, to any address. `maxSockets` is per host. */
export function anyAddressAgent(maxSockets: number): Agent {
  return new Agent({ keepAlive: true, maxSockets });
}

/**
 * One pool of kept-alive TLS connections for all upstreams, to public addresses only.
 * `connectTo` maps "host:port" or "*:port" to another TCP destination "host:port", as curl's
 * --connect-to does: TLS server name and Host header stay the real host's, and the destination
 * itself, chosen by whoever runs Larder, may be any address. `maxSockets` is per host.
 */
export function upstreamAgent(connectTo: ReadonlyMap<string, string>, maxSockets: number): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets, lookup: publicLookup() });
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const host = (options.host ?? "").replace(/^\[|\]$/g, "");
    const to = connectTo.get(`${host}:${options.port}`) ?? connectTo.get(`*:${options.port}`);
    if (to !== undefined) return connect({ ...options, ...destination(to), lookup }, callback);
    if (isIP(host) === 0 || isPublicAddress(host)) return connect(options, callback);
    // Not thrown: the pool also connects when another request frees a place, where nobody catches.
    callback?.(notPublic(host), undefined as never);
    return undefined;
  };
  return agent;
}

function destination(to: string): { host: string; port: number } {
  const colon = to.lastIndexOf(":");
  return { host: to.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(to.slice(colon + 1)) };
}

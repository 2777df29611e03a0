import { upstreams } from "../../src/domain/upstream.ts";

/** Hosts of Docker Hub's API, which are no registries. */
const hubApiHosts = ["hub.docker.com"] as const;

/** Every name that upstream registries, their token services and Docker Hub's API answer to, wildcards included. */
export function upstreamHosts(): readonly string[] {
  const named = upstreams.flatMap((one) => [
    one.loginServer,
    ...(one.registryHost === undefined ? [] : [one.registryHost]),
    ...(one.realmHosts ?? []),
    ...(one.aliases ?? []),
    ...(one.redirectHosts ?? []),
  ]);
  return [...new Set([...named, ...hubApiHosts])];
}

/**
 * For an app that reaches upstreams under their real names, as curl's --connect-to:
 * "host:port" or "*:port" → where to connect instead.
 */
export function connectTo(
  upstreamPort: number,
  dockerHubPort: number,
): Readonly<Record<string, string>> {
  const hub = hubApiHosts.map((host) => [`${host}:443`, `127.0.0.1:${dockerHubPort}`]);
  return { ...Object.fromEntries(hub), "*:443": `127.0.0.1:${upstreamPort}` };
}

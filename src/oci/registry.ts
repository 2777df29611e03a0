import { findUpstream, hostMatches, type Upstream } from "../domain/upstream.ts";
import { shownHost, unavailable } from "./failure.ts";

/** An upstream as this adapter addresses it. */
export interface Registry {
  /** As people and rules write it: "docker.io". */
  readonly name: string;
  /** What answers /v2: "registry-1.docker.io". */
  readonly host: string;
  readonly catalogued: Upstream;
}

/** The registry behind an upstream's name; `unavailable` when the catalogue does not have it. */
export function registryOf(upstream: string): Registry {
  const catalogued = findUpstream(upstream);
  if (catalogued) return { name: upstream, host: catalogued.registryHost ?? upstream, catalogued };
  throw unavailable(`"${upstream.slice(0, 100)}" was not asked: ACR cannot cache from it.`);
}

/** Why a URL may not be followed, for a message; undefined when it may: https, port 443, a host among `allowed`. */
function fault(url: URL, allowed: readonly string[]): string | undefined {
  if (url.protocol !== "https:") return "which is not https";
  if (url.username !== "" || url.password !== "") return "with a login in the address";
  if (url.port === "" && allowed.some((pattern) => hostMatches(pattern, url.hostname))) return;
  return "which is not a host of this upstream";
}

/**
 * Where a redirect leads. Only to the host that sent it or the catalogue's `redirectHosts`:
 * a registry that was taken over must not steer Larder into the network it runs in.
 */
export function redirectTarget(registry: Registry, from: URL, location: string | undefined): URL {
  const { name, catalogued } = registry;
  const url = URL.parse(location ?? "", from.href);
  if (!location || !url) throw unavailable(`${name} redirected to no readable address.`);
  const wrong = fault(url, [from.hostname, ...(catalogued.redirectHosts ?? [])]);
  if (wrong) throw unavailable(`${name} redirected to ${shownHost(url)}, ${wrong}.`);
  return url;
}

/**
 * Where tokens come from, by the realm of a challenge (relative ones seen from /v2/). The realm
 * receives the login, so it must lie on the registry's own host or the catalogue's `realmHosts`.
 */
export function tokenEndpoint(registry: Registry, realm: string): URL {
  const { name, host, catalogued } = registry;
  const url = URL.parse(realm, `https://${host}/v2/`);
  if (!url) throw unavailable(`${name} names no readable address for tokens.`);
  const wrong = fault(url, [host, ...(catalogued.realmHosts ?? [])]);
  if (wrong) throw unavailable(`${name} names ${shownHost(url)} for tokens, ${wrong}.`);
  url.hash = "";
  return url;
}

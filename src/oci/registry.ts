import { findUpstream, hostMatches } from "../domain/upstream.ts";
import { shownHost, unavailable } from "./failure.ts";

/** A registry as this adapter addresses it. Hosts are as URLs write them, with a port other than 443. */
export interface Registry {
  /** As people and rules write it: "docker.io". */
  readonly name: string;
  /** What answers /v2: "registry-1.docker.io". */
  readonly host: string;
  /** Hosts (or "*." suffixes) that its realm may name, besides `host`. */
  readonly realmHosts: readonly string[];
  /** Hosts (or "*." suffixes) that it may redirect to, besides `host`; undefined: redirects are answers. */
  readonly redirectHosts: readonly string[] | undefined;
  /** An anonymous token for one repository opens all that are public. */
  readonly sharesTokens: boolean;
  /** A 401 without a challenge is not about the token (ACR: the upstream's login failed, acr#599). */
  readonly alwaysChallenges: boolean;
}

/** The registry behind an upstream's name; `unavailable` when the catalogue does not have it. */
export function registryOf(upstream: string): Registry {
  const catalogued = findUpstream(upstream);
  if (!catalogued) {
    throw unavailable(`"${upstream.slice(0, 100)}" was not asked: ACR cannot cache from it.`);
  }
  return {
    name: upstream,
    host: catalogued.registryHost ?? upstream,
    realmHosts: catalogued.realmHosts ?? [],
    redirectHosts: catalogued.redirectHosts ?? [],
    sharesTokens: catalogued.sharedAnonymousToken ?? false,
    alwaysChallenges: false,
  };
}

/** An Azure registry by its login server, "contoso.azurecr.io" or "localhost:5001". */
export function azureRegistry(loginServer: string): Registry {
  const host = URL.parse(`https://${loginServer}`)?.host;
  if (host !== loginServer) {
    throw unavailable(`"${loginServer.slice(0, 100)}" was not asked: it is not a login server.`);
  }
  return {
    name: loginServer,
    host,
    realmHosts: [],
    redirectHosts: undefined,
    sharesTokens: false,
    alwaysChallenges: true,
  };
}

/** Why a URL may not be followed, for a message; undefined when it may: https, a host among `allowed`. */
function fault(url: URL, allowed: readonly string[]): string | undefined {
  if (url.protocol !== "https:") return "which is not https";
  if (url.username !== "" || url.password !== "") return "with a login in the address";
  if (allowed.some((pattern) => hostMatches(pattern, url.host))) return;
  return "which is not a host of this upstream";
}

/**
 * Where a redirect leads. Only to the host that sent it or `redirectHosts`:
 * a registry that was taken over must not steer Larder into the network it runs in.
 */
export function redirectTarget(registry: Registry, from: URL, location: string | undefined): URL {
  const { name, redirectHosts = [] } = registry;
  const url = URL.parse(location ?? "", from.href);
  if (!location || !url) throw unavailable(`${name} redirected to no readable address.`);
  const wrong = fault(url, [from.host, ...redirectHosts]);
  if (wrong) throw unavailable(`${name} redirected to ${shownHost(url)}, ${wrong}.`);
  return url;
}

/**
 * Where tokens come from, by the realm of a challenge (relative ones seen from /v2/). The realm
 * receives the login, so it must lie on the registry's own host or among `realmHosts`.
 */
export function tokenEndpoint(registry: Registry, realm: string): URL {
  const { name, host, realmHosts } = registry;
  const url = URL.parse(realm, `https://${host}/v2/`);
  if (!url) throw unavailable(`${name} names no readable address for tokens.`);
  const wrong = fault(url, [host, ...realmHosts]);
  if (wrong) throw unavailable(`${name} names ${shownHost(url)} for tokens, ${wrong}.`);
  url.hash = "";
  return url;
}

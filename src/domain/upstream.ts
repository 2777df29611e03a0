/** Whether ACR wants a credential set for rules on an upstream. */
type Authentication = "required" | "optional" | "none";

/** An upstream that ACR's artifact cache supports. */
export interface Upstream {
  /** As rules and credential sets write it: "docker.io". "*.pkg.dev" stands for any host below it. */
  readonly loginServer: string;
  readonly authentication: Authentication;
  /** Host that answers /v2, where it is not the login server itself. */
  readonly registryHost?: string;
  /** Hosts its token realm may name, besides the registry host; only these ever see a login. */
  readonly realmHosts?: readonly string[];
  /** Hosts (or "*." suffixes) its manifest requests may be redirected to, without credentials. */
  readonly redirectHosts?: readonly string[];
  /** Its anonymous tokens open every public repository, whatever repository they were asked for. */
  readonly sharedAnonymousToken?: true;
  /** Other spellings people use. */
  readonly aliases?: readonly string[];
  /** Where the authentication need is documented. */
  readonly link: string;
}

const overview =
  "https://learn.microsoft.com/azure/container-registry/artifact-cache-overview#upstream-support";

/** The upstreams of facts/acr.md section 3 (ACR's own table, 2026-06). */
export const upstreams: readonly Upstream[] = [
  {
    loginServer: "docker.io",
    authentication: "required",
    registryHost: "registry-1.docker.io",
    realmHosts: ["auth.docker.io"],
    aliases: ["index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"],
    link: "https://aka.ms/acr/cache-auth",
  },
  { loginServer: "dhi.io", authentication: "required", link: overview },
  { loginServer: "mcr.microsoft.com", authentication: "none", link: overview },
  // facts/docker-hub.md section 3: ECR takes any scope; GHCR since ever (watchtower#2366).
  {
    loginServer: "public.ecr.aws",
    authentication: "none",
    sharedAnonymousToken: true,
    link: overview,
  },
  {
    loginServer: "ghcr.io",
    authentication: "optional",
    sharedAnonymousToken: true,
    link: overview,
  },
  { loginServer: "quay.io", authentication: "optional", link: overview },
  {
    loginServer: "registry.k8s.io",
    authentication: "optional",
    redirectHosts: ["*.pkg.dev"],
    aliases: ["k8s.gcr.io"],
    link: overview,
  },
  { loginServer: "gcr.io", authentication: "optional", link: overview },
  { loginServer: "eu.gcr.io", authentication: "optional", link: overview },
  { loginServer: "nvcr.io", authentication: "optional", link: overview },
  { loginServer: "*.pkg.dev", authentication: "required", link: overview },
  { loginServer: "*.azurecr.io", authentication: "required", link: overview },
  { loginServer: "registry.redhat.io", authentication: "required", link: overview },
  { loginServer: "registry.access.redhat.com", authentication: "none", link: overview },
];

/** One or more host labels, each ending in its dot: what "*." stands for. */
const labels = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+$/;

/** Whether a host (lower case, no port) equals a catalogue entry or, for "*.x", lies below it. */
export function hostMatches(pattern: string, host: string): boolean {
  if (!pattern.startsWith("*.")) return pattern === host;
  const parent = pattern.slice(2);
  return host.endsWith(`.${parent}`) && labels.test(host.slice(0, -parent.length));
}

/** The catalogue entry for a host in lower case, by login server; undefined when ACR does not support it. */
export function findUpstream(host: string): Upstream | undefined {
  return upstreams.find(({ loginServer }) => hostMatches(loginServer, host));
}

/** The entry one of whose other spellings is `host`. */
export function findByAlias(host: string): Upstream | undefined {
  return upstreams.find(({ aliases }) => aliases?.includes(host));
}

/** The host as rules write it, for the host itself or another spelling of it; undefined when ACR does not support it. */
export function upstreamHost(given: string): string | undefined {
  return findUpstream(given) ? given : findByAlias(given)?.loginServer;
}

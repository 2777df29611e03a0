import { findByAlias, findUpstream, hostMatches } from "../../../src/domain/upstream.ts";
import type { Dialect, TokenDoor } from "./dialect.ts";
import { ecrThrottle, ghcrThrottle, plainThrottle, quayThrottle } from "./throttles.ts";

const own: TokenDoor = {
  path: "/token",
  seconds: 300,
  fields: ["token"],
  saysLife: false,
  ungrantable: "left-out",
};

const usual = {
  needsToken: "always",
  logins: "any",
  unreadable: "challenge",
  narrowAccept: "index",
  referrers: "index",
  throttled: plainThrottle,
} as const;

const google = (loginServer: string): Dialect => ({
  ...usual,
  loginServer,
  // Public manifests ignore the token (comment in registry.k8s.io handlers.go).
  needsToken: "unless-public",
  unreadable: "denied",
  token: { ...own, path: "/v2/token" },
});

const open = (loginServer: string): Dialect => ({
  ...usual,
  loginServer,
  needsToken: "never",
  logins: "none",
  referrers: "unknown",
});

/** facts/docker-hub.md section 3, a row a host. dhi.io, *.azurecr.io and registry.redhat.io are from common knowledge, not captures. */
const dialects: readonly Dialect[] = [
  {
    ...usual,
    loginServer: "docker.io",
    hosts: ["registry-1.docker.io", "index.docker.io"],
    logins: "hub",
    token: {
      ...own,
      host: "auth.docker.io",
      service: "registry.docker.io",
      fields: ["token", "access_token"],
      saysLife: true,
    },
    narrowAccept: "child",
    etag: true,
    pullLimits: true,
  },
  {
    ...usual,
    loginServer: "dhi.io",
    logins: "hub",
    loginRequired: true,
    token: { ...own, fields: ["token", "access_token"], saysLife: true },
  },
  open("mcr.microsoft.com"),
  open("registry.access.redhat.com"),
  {
    ...usual,
    loginServer: "public.ecr.aws",
    logins: "none",
    token: { ...own, path: "/token/", scope: "aws", opensAllPublic: true },
    largestPage: 1000,
    referrers: "unknown",
    throttled: ecrThrottle,
  },
  {
    ...usual,
    loginServer: "ghcr.io",
    token: { ...own, ungrantable: "refused", opensAllPublic: true },
    unreadable: "denied",
    narrowAccept: "unknown",
    family: "oci",
    pageSize: 100,
    referrers: "redirect",
    throttled: ghcrThrottle,
  },
  {
    ...usual,
    loginServer: "quay.io",
    token: { ...own, path: "/v2/auth", seconds: 3600 },
    needsToken: "unless-public",
    pageSize: 50,
    opaquePages: true,
    throttled: quayThrottle,
  },
  {
    ...open("registry.k8s.io"),
    redirectsTo: "europe-west1-docker.pkg.dev/k8s-artifacts-prod/images",
  },
  google("gcr.io"),
  google("eu.gcr.io"),
  google("us.gcr.io"),
  google("asia.gcr.io"),
  {
    ...usual,
    loginServer: "nvcr.io",
    token: { ...own, path: "/proxy_auth", service: null, scopeInRealm: true },
    html401: true,
    referrers: "unknown",
  },
  { ...google("*.pkg.dev"), loginRequired: true },
  {
    ...usual,
    loginServer: "*.azurecr.io",
    loginRequired: true,
    token: { ...own, path: "/oauth2/token", seconds: 4500, fields: ["access_token"] },
  },
  {
    ...usual,
    loginServer: "registry.redhat.io",
    loginRequired: true,
    token: {
      ...own,
      path: "/auth/realms/rhcc/protocol/redhat-docker-v2/auth",
      service: "docker-registry",
      saysLife: true,
    },
    referrers: "unknown",
  },
];

/** Docker Hub's web sites share its names but serve no /v2. */
const notRegistries = ["docker.io", "hub.docker.com", "registry.hub.docker.com", "k8s.gcr.io"];

/** The dialect of a host that serves /v2, else undefined. */
export function registryAt(host: string): Dialect | undefined {
  if (notRegistries.includes(host)) return undefined;
  const exact = dialects.find((one) => one.loginServer === host || one.hosts?.includes(host));
  return exact ?? dialects.find((one) => hostMatches(one.loginServer, host));
}

/** The dialect whose tokens a host hands out, apart from the registries' own hosts. */
export function tokenServiceAt(host: string): Dialect | undefined {
  return dialects.find((one) => one.token?.host === host);
}

/** The host that answers /v2 for an upstream as rules write it: "docker.io" → "registry-1.docker.io"; undefined when unknown. */
export function registryHost(upstream: string): string | undefined {
  const found = findUpstream(upstream) ?? findByAlias(upstream);
  if (!found) return undefined;
  return found.registryHost ?? (found.loginServer.startsWith("*") ? upstream : found.loginServer);
}

/** Every name that the listener's certificate must hold. */
export const upstreamNames: readonly string[] = [
  ...new Set(
    dialects.flatMap(({ loginServer, hosts, token }) => [
      loginServer,
      ...(hosts ?? []),
      ...(token?.host ? [token.host] : []),
    ]),
  ),
];

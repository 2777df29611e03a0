/** Fault kinds the upstream registries understand besides statuses and wire faults, for people to read. */
export const upstreamFaults = {
  "no-digest-header":
    "Manifests come without Docker-Content-Digest and ETag (older Nexus, Red Hat)",
  "wrong-digest-header": "Docker-Content-Digest does not match the bytes",
  "tag-gone": "Manifests by tag answer 404 MANIFEST_UNKNOWN",
  "refuse-head": "HEAD on manifests answers 405 (old Nexus, registry 2.2)",
  "lagging-region": "A regional pkg.dev host does not know digests yet: 404 MANIFEST_UNKNOWN",
  "hostile-redirect": "Manifests redirect to http://169.254.169.254/",
  "relative-realm": 'The challenge\'s realm is a path: realm="/token"',
  "hostile-realm": "The challenge's realm is http://169.254.169.254/token",
  "two-challenges": "A Basic challenge follows the Bearer one in the same header (Codeberg)",
  "invalid-token-once": "A good token is answered 401 invalid_token (set times: 1 for once)",
  "no-expires-in": "Token answers name no life; the default is 60 seconds",
  "short-token": "Tokens live 10 seconds",
  "login-refused": "The token service refuses any user name and password",
  "rate-headers-absent": "Docker Hub sends no ratelimit headers",
  "rate-headers-malformed": 'Docker Hub sends "ratelimit-limit: ;w=21600"',
  "pull-limit":
    "Docker Hub's pull limit is used up: GET of manifests 429, HEAD 200 with remaining 0",
  "pull-limit-documented": "As pull-limit, with the text of Docker's documentation",
  hap429: "Docker Hub's abuse limit: text/plain 429 with Retry-After: 60",
  throttle: "The host's own 429: µs in the body (ghcr.io), nginx HTML (quay.io), and so on",
} as const;

export type UpstreamFault = keyof typeof upstreamFaults;

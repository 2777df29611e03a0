/** What no source settles about Docker Hub (facts/docker-hub.md section 7), as switches; changeable while it runs. */
export interface Knobs {
  /** The OpenAPI says 204; working clients saw 202. */
  deleteStatus: 202 | 204;
  /** Personal access tokens an account may have, inactive ones included; undefined: no limit. */
  maxTokens: number | undefined;
  /** Seconds until a use shows in `last_used`. */
  lastUsedLag: number;
  /** Seconds until a new token is accepted. */
  newTokenDelay: number;
  /** Whether `/v2/auth/token` takes the bare password of an account with two-factor login. */
  passwordDespiteTwoFactor: boolean;
  /** Whether the registry's token service takes a token under another user name, as the Hub login does (trufflehog#4099). */
  registryTakesAnyUserName: boolean;
  /** Uuids of tokens that the registry's token service refuses, while the Hub API takes them. */
  registryRefuses: readonly string[];
  requestsPerMinute: number;
}

export const usualKnobs: Knobs = {
  deleteStatus: 204,
  maxTokens: undefined,
  lastUsedLag: 0,
  newTokenDelay: 0,
  passwordDespiteTwoFactor: false,
  registryTakesAnyUserName: false,
  registryRefuses: [],
  requestsPerMinute: 180,
};

/** Fault kinds the Hub API understands besides statuses and wire faults, for people to read. */
export const dockerHubFaults = {
  "session-refused": "A good bearer token is answered 401 (set times: 1 for once)",
  "older-forbidden-text": "The 403 for a token's session has its older wording (hub-feedback#2171)",
  "rate-limited": "429 with X-Retry-After as a UNIX time one minute ahead",
  "too-many-tokens": "Creating a token is refused as if maxTokens were reached",
  "login-refused": "Any login is answered 401",
} as const;

export type DockerHubFault = keyof typeof dockerHubFaults;

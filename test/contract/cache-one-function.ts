import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { cache } from "../../src/azure/cache.ts";
import { registryTokens } from "../../src/azure/registry-tokens.ts";
import type { Cache } from "../../src/domain/refresh-ports.ts";
import { faults } from "../local/faults.ts";
import { requestLog } from "../local/request-log.ts";
import { type Answer, type Call, listen } from "../local/service.ts";
import { authority } from "../local/tls.ts";

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
export const jwt = (claims: object) =>
  `${encoded({ alg: "none" })}.${encoded(claims)}.c2lnbmF0dXJl`;

const later = Math.floor(Date.now() / 1000) + 3600;
/** What the identity and the registry give out. */
export const issued = {
  entra: "opaque-entra-token-of-larder",
  refresh: jwt({ exp: later, grant_type: "refresh_token" }),
  access: jwt({ exp: later, grant_type: "access_token" }),
} as const;

export type Answering = (call: Call) => Answer | Promise<Answer>;

/** A registry made of two functions, for answers that the stand-in never gives. */
export interface OddRegistry {
  answer: Answering;
  signIn: Answering;
  /** One that remembers nothing yet. */
  cache(maxInFlight?: number): Cache;
  close(): Promise<void>;
}

/** Signs everybody in. */
export const usualSignIn: Answering = ({ path }) => ({
  status: 200,
  body: path.endsWith("/token")
    ? { access_token: issued.access }
    : { refresh_token: issued.refresh },
});

export async function oddRegistry(): Promise<OddRegistry> {
  const certificate = await authority([]);
  setDefaultCACertificates([...getCACertificates("default"), certificate.ca]);
  const around = { faults: faults(), log: requestLog(), delayMs: 0 };
  const service = {
    name: "acr",
    endpoint: () => "any",
    answer: (call: Call) =>
      call.path.startsWith("/oauth2/") ? odd.signIn(call) : odd.answer(call),
  };
  const listener = await listen(service, around, { certificate });
  const served = {
    names: ["contoso"],
    id: async () => "/subscriptions/unused",
    loginServer: async () => new URL(listener.url).host,
    tier: async () => "Basic" as const,
  };
  const credential = {
    getToken: async () => ({ token: issued.entra, expiresOnTimestamp: later * 1000 }),
  };
  const odd: OddRegistry = {
    answer: () => ({ status: 500 }),
    signIn: usualSignIn,
    cache: (maxInFlight) =>
      cache(served, registryTokens(credential), maxInFlight ? { maxInFlight } : {}),
    close: () => listener.close(),
  };
  return odd;
}

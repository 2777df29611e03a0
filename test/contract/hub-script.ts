import { afterAll, beforeAll } from "vitest";
import { dockerHub } from "../../src/docker-hub/docker-hub.ts";
import { secret } from "../../src/domain/secret.ts";
import { upstreamAgent } from "../../src/oci/agent.ts";
import type { Answer, Call } from "../local/service.ts";
import { type Hosts, hosts } from "./oci-hosts.ts";

const now = "2026-11-21T12:00:00.000Z";
export const session = { bearer: secret("eyJh.eyJi.c2ln"), until: "2026-11-21T12:10:00.000Z" };
export const wish = {
  label: "larder",
  scope: "repo:read",
  expiresAt: "2027-02-01T00:00:00.000Z",
} as const;
export const uuid = "7e000000-0000-4000-8000-000000000001";

/** A Docker Hub that answers what the test at hand says, for the tests of a file. */
export function scriptedHub() {
  let net: Hosts | undefined;
  beforeAll(async () => {
    net = await hosts("hub.docker.com");
  });
  afterAll(() => net?.close());
  const open = () => {
    if (!net) throw new Error("the server is not there before the tests run");
    return net;
  };
  return {
    net: open,
    /** The adapter over this script; `seen` in `net()` starts anew. */
    script(answer: (call: Call) => Answer | Promise<Answer>) {
      open().script(answer);
      return adapterTo(open().connectTo);
    },
  };
}

export function adapterTo(connectTo: ReadonlyMap<string, string>, timeoutSeconds = 10) {
  return dockerHub({ agent: upstreamAgent(connectTo, 8), timeoutSeconds, now: () => now });
}

/** A JWT of Docker Hub's shape with these claims. */
export function jwt(claims: unknown): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}.c2lnbmF0dXJl`;
}

/** A token as lists show it. */
export function listed(number: number, other: Readonly<Record<string, unknown>> = {}) {
  return {
    uuid: `7e000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    token_label: `token ${number}`,
    is_active: true,
    token: "",
    scopes: ["repo:read"],
    created_at: "2021-07-20T12:00:00.000000Z",
    last_used: null,
    ...other,
  };
}

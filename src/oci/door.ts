import { bearerChallenge, type Challenge } from "./challenge.ts";
import type { Send } from "./exchange.ts";
import { unexpected } from "./failure.ts";
import { follow } from "./follow.ts";
import { type Registry, tokenEndpoint } from "./registry.ts";

/** Where a registry's tokens come from, learnt from its challenge. */
export interface Door {
  readonly endpoint: URL;
  /** Absent with nvcr.io (facts/docker-hub.md section 3). */
  readonly service: string | undefined;
}

export function doorOf(registry: Registry, { parameters }: Challenge): Door {
  return {
    endpoint: tokenEndpoint(registry, parameters.get("realm") ?? ""),
    service: parameters.get("service"),
  };
}

/**
 * Asks where tokens come from; "open" when none are wanted, undefined when nothing was learnt. Needed
 * for a login only: quay.io answers public repositories without a challenge (wud `Quay.ts`), and a
 * bad login would go unnoticed.
 */
export async function knock(send: Send, registry: Registry): Promise<Door | "open" | undefined> {
  const request = { method: "GET", path: "/v2/", headers: { "user-agent": "larder" } } as const;
  const reply = await follow(send, registry, request, undefined);
  if (reply.status === 429 || reply.status >= 500) throw unexpected(registry.name, reply, "/v2/");
  if (reply.status === 200) return "open";
  if (reply.status !== 401 || reply.host !== registry.host) return undefined;
  const challenge = bearerChallenge(reply.headers["www-authenticate"]);
  return challenge && doorOf(registry, challenge);
}

import * as z from "zod";
import type { AccessTokens, HubSession } from "../domain/rotation-ports.ts";
import { secret } from "../domain/secret.ts";
import type { Timestamp } from "../domain/time.ts";
import { failureOf, readBody, unreadable } from "./answer.ts";
import { hubHost, noToken, unavailable } from "./failure.ts";
import { listTokens } from "./list-tokens.ts";
import { HubTime, Uuid } from "./token-fields.ts";
import type { Ask, Send } from "./wire.ts";

const Created = z.object({
  uuid: Uuid,
  // What can be used as a password; anything else would be a live secret that no client can send.
  token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_at: HubTime,
});
const Changed = z.object({ is_active: z.boolean() });

/** The personal access tokens of the session's account. */
export function accessTokens(send: Send, now: () => Timestamp): AccessTokens {
  return {
    list: listTokens(send, now),
    create: create(send, now),
    setActive: setActive(send, now),
    async remove(session, uuid) {
      if (!isUuid(uuid)) return;
      const reply = await send(one(session, "DELETE", uuid));
      // The OpenAPI says 204, working clients saw 202 (facts/docker-hub.md section 1).
      if (isDone(reply.status) || reply.status === 404) return;
      throw failureOf("the deletion of an access token", reply, now());
    },
  };
}

/** An answer that cannot be read is a lost one: there may be a new token. */
function create(send: Send, now: () => Timestamp): AccessTokens["create"] {
  const what = "the request for a new access token";
  return async ({ bearer }, { label, scope, expiresAt }) => {
    const body = { token_label: label, scopes: [scope], expires_at: expiresAt };
    const reply = await send({ method: "POST", path: "/v2/access-tokens", bearer, body });
    if (!isDone(reply.status)) throw failureOf(what, reply, now());
    const made = readBody(Created, reply);
    if (!made) throw unreadable(what);
    return { uuid: made.uuid, value: secret(made.token), expiresAt: made.expires_at };
  };
}

function setActive(send: Send, now: () => Timestamp): AccessTokens["setActive"] {
  const what = "the change of an access token";
  return async (session, uuid, active) => {
    if (!isUuid(uuid)) throw noToken();
    const reply = await send(one(session, "PATCH", uuid, { is_active: active }));
    if (reply.status === 404) throw noToken();
    if (!isDone(reply.status)) throw failureOf(what, reply, now());
    if (reply.text === "") return;
    const changed = readBody(Changed, reply);
    if (!changed) throw unreadable(what);
    // PATCH takes what it does not do without a word, as it does with an expiry.
    if (changed.is_active !== active)
      throw unavailable(`${hubHost} answered ${reply.status} to ${what}, but did not change it.`);
  };
}

function one(session: HubSession, method: Ask["method"], uuid: string, body?: unknown): Ask {
  return { method, path: `/v2/access-tokens/${uuid}`, bearer: session.bearer, body };
}

/** Anything else names no token, and must not become part of a path. */
function isUuid(text: string): boolean {
  return Uuid.safeParse(text).success;
}

function isDone(status: number): boolean {
  return status >= 200 && status < 300;
}

import { z } from "zod";
import { type Answer, type Call, refuse } from "../service.ts";
import type { Desk } from "./desk.ts";
import { forbidden, notFound, refuseInvalid } from "./hub-errors.ts";
import { bodyOf, futureTime } from "./input.ts";
import { pageOf } from "./pages.ts";
import type { Session } from "./session.ts";
import { hubTime, isUsable, lastUsed, type Token } from "./token.ts";

const scopes = ["repo:admin", "repo:write", "repo:read", "repo:public_read"] as const;
const label = z.string().min(1).max(100);

/** POST /v2/access-tokens: the only answer that ever holds the token. */
export async function createToken(desk: Desk, call: Call): Promise<Answer> {
  const owner = await manager(desk, call);
  const wish = bodyOf(
    call,
    z.object({
      token_label: label,
      scopes: z.array(z.enum(scopes)).min(1),
      expires_at: futureTime(desk.clock.now()).optional(),
    }),
  );
  const held = desk.directory.tokensOf(owner.accountId).length;
  const full = desk.knobs.maxTokens !== undefined && held >= desk.knobs.maxTokens;
  // Invented: neither the limit per plan nor its error is known (facts/docker-hub.md section 7).
  if (full || desk.on("too-many-tokens", call))
    refuseInvalid({ token_label: "maximum number of personal access tokens reached" });
  const { token, value } = desk.directory.create({
    kind: "pat",
    ownerId: owner.accountId,
    label: wish.token_label,
    scopes: wish.scopes,
    expiresAt: wish.expires_at,
    createdBy: owner.username,
    userAgent: call.headers["user-agent"] ?? "",
  });
  return { status: 201, body: shown(desk, token, value) };
}

/** GET /v2/access-tokens. */
export async function listTokens(desk: Desk, call: Call): Promise<Answer> {
  const owner = await manager(desk, call);
  const all = desk.directory.tokensOf(owner.accountId);
  const { items, next, previous } = pageOf(call, all);
  const active = all.filter((one) => isUsable(one, desk.clock.now(), 0)).length;
  const results = items.map((token) => shown(desk, token));
  return {
    status: 200,
    body: { count: all.length, next, previous, active_count: active, results },
  };
}

/** GET /v2/access-tokens/{uuid}. */
export async function getToken(desk: Desk, call: Call, uuid: string): Promise<Answer> {
  return { status: 200, body: shown(desk, found(desk, await manager(desk, call), uuid)) };
}

/** PATCH /v2/access-tokens/{uuid}: label and is_active only; other fields, expiry among them, change nothing. */
export async function patchToken(desk: Desk, call: Call, uuid: string): Promise<Answer> {
  const token = found(desk, await manager(desk, call), uuid);
  const change = bodyOf(
    call,
    z.object({ token_label: label.optional(), is_active: z.boolean().optional() }),
  );
  token.label = change.token_label ?? token.label;
  token.active = change.is_active ?? token.active;
  return { status: 200, body: shown(desk, token) };
}

/** DELETE /v2/access-tokens/{uuid}, answered with the status the knob says. */
export async function deleteToken(desk: Desk, call: Call, uuid: string): Promise<Answer> {
  desk.directory.remove(found(desk, await manager(desk, call), uuid));
  return { status: desk.knobs.deleteStatus };
}

/** The session, if it may manage tokens: one made from a token may not (hub-feedback#2478, #2514). */
async function manager(desk: Desk, call: Call): Promise<Session> {
  const session = await desk.session(call);
  if (session.source === "password") return session;
  const text = desk.on("older-forbidden-text", call)
    ? "access to the resource is forbidden with personal access token"
    : "token issued from personal access token is not allowed.";
  return refuse(forbidden(text));
}

function found(desk: Desk, owner: Session, uuid: string): Token {
  return desk.directory.find(owner.accountId, uuid) ?? refuse(notFound("access token"));
}

function shown(desk: Desk, token: Token, value = "") {
  const used = lastUsed(token, desk.clock.now(), desk.knobs.lastUsedLag);
  return {
    uuid: token.uuid,
    client_id: "HUB",
    creator_ip: "127.0.0.1",
    creator_ua: token.userAgent,
    created_at: hubTime(token.createdAt),
    last_used: used === undefined ? null : hubTime(used),
    generated_by: "manual",
    is_active: token.active,
    token: value,
    token_label: token.label,
    scopes: token.scopes,
    ...(token.expiresAt !== undefined && { expires_at: hubTime(token.expiresAt) }),
  };
}

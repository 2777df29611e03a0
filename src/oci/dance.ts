import { isReason } from "../domain/errors.ts";
import type { Login } from "../domain/ports.ts";
import { bearerChallenge, type Challenge } from "./challenge.ts";
import type { Send } from "./exchange.ts";
import { unavailable, unexpected } from "./failure.ts";
import { type Followed, follow } from "./follow.ts";
import { type Registry, tokenEndpoint } from "./registry.ts";
import { type Door, requestToken } from "./token-request.ts";
import { type Tokens, tokenKey } from "./tokens.ts";

/** A request about one repository. `path` follows "/v2/<repository>/". */
export interface RepositoryRequest {
  readonly method: "GET" | "HEAD";
  readonly repository: string;
  readonly path: string;
  readonly accept: string;
}

interface Memory {
  readonly tokens: Tokens;
  /** By registry host, where tokens come from; "open" when its /v2/ answers without one. */
  readonly doors: Map<string, Door | "open">;
}

/**
 * Asks with the token the registry wants. Once a host's realm is known, a repository costs one token
 * and each further request nothing but itself. A token turned down as such is renewed once.
 */
export async function dance(
  send: Send,
  memory: Memory,
  registry: Registry,
  login: Login | undefined,
  request: RepositoryRequest,
): Promise<Followed> {
  const { doors, tokens } = memory;
  const key = tokenKey(registry.host, request.repository, login);
  const obtain = (door: Door) => tokenFrom(send, memory, key, registry, door, login, request);
  let token = tokens.held(key);
  let kept = token !== undefined;
  if (!kept && login && !doors.has(registry.host)) await knock(send, doors, registry);
  const known = doors.get(registry.host);
  if (!kept && known && known !== "open") token = await obtain(known);
  for (let renewed = false; ; kept = false) {
    const reply = await askOnce(send, registry, request, token);
    if (reply.status !== 401 || reply.host !== registry.host) return reply;
    const challenge = bearerChallenge(reply.headers["www-authenticate"]);
    if (token !== undefined) {
      if (!outdated(challenge, kept)) return reply;
      tokens.drop(key, token);
      if (renewed) throw unavailable(`${registry.name} does not accept the tokens it asks for.`);
      renewed = true;
    }
    const door = challenge ? doorOf(registry, challenge) : known;
    if (door === undefined || door === "open") {
      throw unavailable(`${registry.name} answered 401 without saying where tokens come from.`);
    }
    doors.set(registry.host, door);
    token = await obtain(door);
  }
}

async function tokenFrom(
  send: Send,
  { tokens, doors }: Memory,
  key: string,
  registry: Registry,
  door: Door,
  login: Login | undefined,
  { repository }: RepositoryRequest,
): Promise<string> {
  try {
    return await tokens.obtain(key, () => requestToken(send, registry, door, repository, login));
  } catch (error) {
    // The realm may have moved: next time, ask for a challenge again.
    if (isReason(error, "unavailable")) doors.delete(registry.host);
    throw error;
  }
}

function askOnce(
  send: Send,
  registry: Registry,
  { method, repository, path, accept }: RepositoryRequest,
  token: string | undefined,
): Promise<Followed> {
  return follow(
    send,
    registry,
    { method, path: `/v2/${repository}/${path}`, headers: { accept, "user-agent": "larder" } },
    token === undefined ? undefined : `Bearer ${token}`,
  );
}

/**
 * Learns where tokens come from before the first question. Needed for a login only: quay.io answers
 * public repositories without a challenge (wud `Quay.ts`), and a bad login would go unnoticed.
 */
async function knock(send: Send, doors: Memory["doors"], registry: Registry): Promise<void> {
  const request = { method: "GET", path: "/v2/", headers: { "user-agent": "larder" } } as const;
  const reply = await follow(send, registry, request, undefined);
  if (reply.status === 429 || reply.status >= 500) throw unexpected(registry.name, reply, "/v2/");
  const challenge =
    reply.host === registry.host ? bearerChallenge(reply.headers["www-authenticate"]) : undefined;
  if (reply.status === 401 && challenge) doors.set(registry.host, doorOf(registry, challenge));
  else if (reply.status === 200) doors.set(registry.host, "open");
}

function doorOf(registry: Registry, { parameters }: Challenge): Door {
  return {
    endpoint: tokenEndpoint(registry, parameters.get("realm") ?? ""),
    service: parameters.get("service"),
  };
}

/**
 * Whether a 401 is about the token rather than the repository. Docker Hub turns down a fresh token
 * now and then (cupdate#199), and dhi.io has answered an expired one without any challenge
 * (docker/hub-feedback#2530); any other 401 to a fresh token is the registry's answer.
 */
function outdated(challenge: Challenge | undefined, kept: boolean): boolean {
  const error = challenge?.parameters.get("error");
  return error === "invalid_token" || (kept && error === undefined);
}

import { isReason } from "../domain/errors.ts";
import type { Login } from "../domain/ports.ts";
import { bearerChallenge, type Challenge } from "./challenge.ts";
import { type Door, doorOf, knock } from "./door.ts";
import type { Send } from "./exchange.ts";
import { unavailable } from "./failure.ts";
import { type Followed, follow } from "./follow.ts";
import type { Registry } from "./registry.ts";
import { requestToken } from "./token-request.ts";
import { type Tokens, tokenKey, tokens } from "./tokens.ts";

/** A request about one repository. `path` follows "/v2/<repository>/". */
export interface RepositoryRequest {
  readonly method: "GET" | "HEAD";
  readonly repository: string;
  readonly path: string;
  readonly accept: string;
  readonly maximumBody?: number | undefined;
}

/** Asks a registry, with the token that it wants. Rejects when none is to be had, or nothing answers. */
export type Dance = (
  registry: Registry,
  login: Login | undefined,
  request: RepositoryRequest,
) => Promise<Followed>;

interface Memory {
  readonly send: Send;
  readonly tokens: Tokens;
  /** By registry host, where tokens come from; "open" when its /v2/ answers without one. */
  readonly doors: Map<string, Door | "open">;
  /** By registry host, the repository that its shared token was asked for. */
  readonly lenders: Map<string, string>;
}

/** What is asked, and the key of the token for it. `lent`: that token may be another repository's. */
interface Turn {
  readonly registry: Registry;
  readonly login: Login | undefined;
  readonly request: RepositoryRequest;
  readonly key: string;
  lent(): boolean;
}

/**
 * Once a host's realm is known, a repository costs one token at most and each further request
 * nothing but itself. `nowMs` is any steady clock.
 */
export function dancer(send: Send, nowMs: () => number): Dance {
  const memory = { send, tokens: tokens(nowMs), doors: new Map(), lenders: new Map() };
  return (registry, login, request) => {
    const key = tokenKey(registry.host, request.repository, login);
    const turn = { registry, login, request, key, lent: never };
    const shares = registry.sharesTokens && !login && memory.tokens.held(key) === undefined;
    return shares ? sharing(memory, turn) : ask(memory, turn);
  };
}

const never = () => false;
/** What a token for another repository may be answered, where one of its own would not. */
const unproven: ReadonlySet<number> = new Set([401, 403, 404]);

/**
 * Asks with the token that serves a whole host. What is refused to, or not found with, a token that
 * was asked for another repository is asked again with one of its own, as nobody has promised that
 * tokens are shared.
 */
async function sharing(memory: Memory, turn: Turn): Promise<Followed> {
  const { host } = turn.registry;
  const { repository } = turn.request;
  const { lenders } = memory;
  const before = lenders.get(host) ?? repository;
  const lent = () => [before, lenders.get(host) ?? repository].some((one) => one !== repository);
  try {
    const reply = await ask(memory, { ...turn, lent, key: tokenKey(host, "", undefined) });
    if (!lent() || !unproven.has(reply.status)) return reply;
  } catch (error) {
    if (!lent() || !isReason(error, "forbidden")) throw error;
  }
  return ask(memory, turn);
}

/** Asks, with a token if the registry is known to want one or says so. A token turned down as such is renewed once. */
async function ask(memory: Memory, turn: Turn): Promise<Followed> {
  const { doors, tokens: store } = memory;
  const { registry, login, key } = turn;
  let token = store.held(key);
  let kept = token !== undefined;
  let known = doors.get(registry.host);
  if (!kept && login && !known) {
    known = await knock(memory.send, registry);
    if (known) doors.set(registry.host, known);
  }
  if (!kept && known && known !== "open") token = await tokenFrom(memory, turn, known);
  for (let renewed = false; ; kept = false) {
    const reply = await askOnce(memory, turn, token);
    if (reply.status !== 401 || reply.host !== registry.host) return reply;
    const challenge = bearerChallenge(reply.headers["www-authenticate"]);
    if (token !== undefined) {
      if (!outdated(challenge, kept, turn)) return reply;
      store.drop(key, token);
      if (renewed) throw unavailable(`${registry.name} does not accept the tokens it asks for.`);
      renewed = true;
    }
    const door = challenge ? doorOf(registry, challenge) : known;
    if (door === undefined || door === "open") {
      throw unavailable(`${registry.name} answered 401 without saying where tokens come from.`);
    }
    doors.set(registry.host, door);
    token = await tokenFrom(memory, turn, door);
  }
}

async function tokenFrom(memory: Memory, turn: Turn, door: Door): Promise<string> {
  const { registry, login, key, request } = turn;
  try {
    return await memory.tokens.obtain(key, () => {
      if (turn.lent !== never) memory.lenders.set(registry.host, request.repository);
      return requestToken(memory.send, registry, door, request.repository, login);
    });
  } catch (error) {
    // The realm may have moved: next time, ask for a challenge again.
    if (isReason(error, "unavailable")) memory.doors.delete(registry.host);
    throw error;
  }
}

function askOnce({ send }: Memory, turn: Turn, token: string | undefined): Promise<Followed> {
  const { method, repository, path, accept, maximumBody } = turn.request;
  const common = { accept, "user-agent": "larder" };
  // Digests are of the bytes as they are, so nobody may pack them on the way.
  const headers = method === "GET" ? { ...common, "accept-encoding": "identity" } : common;
  return follow(
    send,
    turn.registry,
    { method, path: `/v2/${repository}/${path}`, headers, maximumBody },
    token === undefined ? undefined : `Bearer ${token}`,
  );
}

/**
 * Whether a 401 is about the token rather than the repository. Docker Hub turns down a fresh token
 * now and then (cupdate#199), and dhi.io has answered an expired one without any challenge
 * (docker/hub-feedback#2530); any other 401 to a fresh token is the registry's answer.
 */
function outdated(challenge: Challenge | undefined, kept: boolean, turn: Turn): boolean {
  const error = challenge?.parameters.get("error");
  if (error !== undefined) return error === "invalid_token";
  return kept && !turn.lent() && (challenge !== undefined || !turn.registry.alwaysChallenges);
}

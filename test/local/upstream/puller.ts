import type { UpstreamSide } from "../doors.ts";
import type { Answer, Call } from "../service.ts";
import { registryAt, registryHost, tokenServiceAt } from "./dialects.ts";
import { type ByteAnswer, callTo } from "./in-process.ts";

type Login = Parameters<UpstreamSide["pull"]>[4];
type Send = (call: Call) => Promise<ByteAnswer>;

/** Pulls as ACR does them, sending each request through `send`. */
export function puller(send: Send): Pick<UpstreamSide, "pull" | "accepts"> {
  return {
    async pull(upstream, method, path, accept, login) {
      const host = registryHost(upstream);
      if (!host) return { status: 502, body: Buffer.from(`no upstream at ${upstream}`) };
      const call = callTo(method, new URL(`https://${host}/v2/${path}`), { accept });
      return pulled(send, call, login);
    },
    async accepts(upstream, login) {
      const host = registryHost(upstream);
      if (!host || registryAt(host)?.token === undefined) return "unasked";
      const base = callTo("GET", new URL(`https://${host}/v2/`));
      const granted = await tokenFor(send, base, await send(base), login);
      if (granted?.status === 200) return "yes";
      return granted?.status === 401 ? "no" : "unasked";
    },
  };
}

/** Follows one redirect, answers one challenge, and one more when a fresh token is refused as invalid (cupdate#199). */
async function pulled(send: Send, first: Call, login: Login): Promise<ByteAnswer> {
  let call = first;
  let answer = await send(call);
  const target = redirectOf(call, answer);
  if (target) {
    call = callTo(call.method, target, { accept: call.headers.accept });
    answer = await send(call);
  }
  for (let tokens = 0; tokens < 2 && answer.status === 401; tokens += 1) {
    if (tokens > 0 && !challengeOf(answer).includes('error="invalid_token"')) return answer;
    const granted = await tokenFor(send, call, answer, login);
    const token = granted && tokenOf(granted);
    if (token === undefined) return granted ?? answer;
    answer = await send({
      ...call,
      headers: { ...call.headers, authorization: `Bearer ${token}` },
    });
  }
  return answer;
}

/** The token service's answer; undefined when the challenge leads to no token service known here. */
async function tokenFor(
  send: Send,
  challenged: Call,
  answer: Answer,
  login: Login,
): Promise<ByteAnswer | undefined> {
  const url = tokenUrl(challenged, answer);
  if (url?.protocol !== "https:" || !serves(url.hostname)) return undefined;
  return send(callTo("GET", url, login && { authorization: basic(login) }));
}

function serves(host: string): boolean {
  return registryAt(host) !== undefined || tokenServiceAt(host) !== undefined;
}

function redirectOf(call: Call, { status, headers }: Answer): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  const target = new URL(String(headers?.["Location"]), `${call.origin}${call.path}`);
  return target.protocol === "https:" && serves(target.hostname) ? target : undefined;
}

function challengeOf({ headers }: Answer): string {
  return String(headers?.["Www-Authenticate"] ?? "");
}

function tokenUrl(call: Call, answer: Answer): URL | undefined {
  const text = challengeOf(answer);
  const param = (name: string) => new RegExp(`^Bearer .*?\\b${name}="([^"]*)"`).exec(text)?.[1];
  const realm = param("realm");
  if (realm === undefined) return undefined;
  const url = new URL(realm, call.origin);
  for (const name of ["service", "scope"]) {
    const value = param(name);
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

function tokenOf({ status, body }: ByteAnswer): string | undefined {
  if (status !== 200) return undefined;
  const answer = JSON.parse(body.toString()) as { token?: string; access_token?: string };
  return answer.token ?? answer.access_token;
}

function basic({ username, password }: NonNullable<Login>): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

import * as z from "zod";
import type { Login } from "../domain/ports.ts";
import type { Door } from "./door.ts";
import { jsonOf, type Reply, type Send } from "./exchange.ts";
import { badLogin, denied, statusOf, unavailable, unexpected } from "./failure.ts";
import type { Registry } from "./registry.ts";

export interface Grant {
  readonly token: string;
  /** Seconds it lives from its issue. */
  readonly lifeSeconds: number;
}

/** Some servers say `token`, some `access_token`, Docker Hub both. */
const TokenAnswer = z.object({
  token: z.string().nullish(),
  access_token: z.string().nullish(),
  expires_in: z.number().optional().catch(undefined),
});
/** What may stand in an Authorization header. */
const printable = /^[\x21-\x7e]+$/;
/** When the answer does not say, and at least (docker/docs `registry/auth.md`; regclient). */
const shortestLife = 60;

/**
 * Asks for a token to pull one repository. `refused` when the login is bad, `forbidden` when
 * it (or nobody) may have one for this repository, `unavailable` otherwise.
 */
export async function requestToken(
  send: Send,
  registry: Registry,
  door: Door,
  repository: string,
  login: Login | undefined,
): Promise<Grant> {
  const { host } = door.endpoint;
  const reply = await askEndpoint(send, door, `repository:${repository}:pull`, login);
  if (reply.status === 401 || reply.status === 403) {
    if (login) await testLogin(send, registry, door, login, reply);
    throw denied(refusal(registry, repository, login, `${host} answered ${statusOf(reply)}`));
  }
  if (reply.status !== 200) throw unexpected(host, reply, `the request for a token`);
  return readGrant(host, reply);
}

/** One sentence for a repository that may not be read. */
export function refusal(
  registry: Registry,
  repository: string,
  login: Login | undefined,
  said: string,
): string {
  const who = login ? "this login may not read it" : "it cannot be read without a login";
  return `${registry.name}/${repository} does not exist or ${who}: ${said}.`;
}

function askEndpoint(send: Send, door: Door, scope: string | undefined, login: Login | undefined) {
  const url = new URL(door.endpoint);
  if (door.service !== undefined) url.searchParams.set("service", door.service);
  // nvcr.io's realm may hold a scope already, for more than pulling (go-containerregistry#728).
  url.searchParams.delete("scope");
  if (scope !== undefined) url.searchParams.set("scope", scope);
  const headers: Record<string, string> = { accept: "application/json", "user-agent": "larder" };
  if (login) headers["authorization"] = basic(login);
  return send({ method: "GET", host: url.host, path: url.pathname + url.search, headers });
}

function basic({ username, password }: Login): string {
  const pair = `${username.reveal()}:${password.reveal()}`;
  return `Basic ${Buffer.from(pair, "utf8").toString("base64")}`;
}

/**
 * After a refused token: is it the login itself? GHCR refuses private and absent repositories here
 * (openai/tunnel-client#75), and without a scope refuses exactly the bad logins, with 403
 * (acorn-io/runtime#1396). Returns when the login is good.
 */
async function testLogin(
  send: Send,
  registry: Registry,
  door: Door,
  login: Login,
  first: Reply,
): Promise<void> {
  const { host } = door.endpoint;
  const reply = await askEndpoint(send, door, undefined, login);
  if (reply.status === 200) return;
  if (reply.status === 429 || reply.status >= 500) {
    throw unexpected(host, reply, "the test of the login");
  }
  // A server that cannot be asked without a scope: 401 to a login means that login.
  if (reply.status !== 401 && reply.status !== 403 && first.status === 403) return;
  throw badLogin(
    `${registry.name} turned down the user name and password: ${host} answered ${statusOf(first)}.`,
  );
}

function readGrant(host: string, reply: Reply): Grant {
  const answer = TokenAnswer.safeParse(jsonOf(reply)).data;
  const token = answer?.token || answer?.access_token;
  if (!token || !printable.test(token)) {
    throw unavailable(`${host} answered 200 to the request for a token, but with none to be read.`);
  }
  return { token, lifeSeconds: Math.max(answer?.expires_in ?? shortestLife, shortestLife) };
}

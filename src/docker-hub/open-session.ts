import * as z from "zod";
import type { Secret } from "../domain/secret.ts";
import type { Timestamp } from "../domain/time.ts";
import { readBody, unexpected, unreadable } from "./answer.ts";
import type { Send } from "./wire.ts";

const Opened = z.object({ access_token: z.string() });

/** Docker Hub's prefixes of personal and organization access tokens. */
export function looksLikeToken(password: Secret): boolean {
  return /^\s*dckr_[po]at_/.test(password.reveal());
}

/**
 * POST /v2/auth/token, which takes passwords, personal and organization access tokens: the session, a JWT.
 * undefined for 401, which alone is a clear refusal. 403 is not: it is documented nowhere for this route,
 * and a blocked account, a blocked address and a firewall in front of Docker Hub look the same.
 */
export async function openSession(
  send: Send,
  now: () => Timestamp,
  account: string,
  password: Secret,
): Promise<string | undefined> {
  const body = { identifier: account, secret: password.reveal() };
  const reply = await send({ method: "POST", path: "/v2/auth/token", body });
  if (reply.status === 401) return undefined;
  if (reply.status !== 200) throw unexpected("the login", reply, now());
  const opened = readBody(Opened, reply)?.access_token;
  if (opened === undefined) throw unreadable("the login");
  return opened;
}

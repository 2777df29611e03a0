import * as z from "zod";
import type { HubLogins, HubSession } from "../domain/rotation-ports.ts";
import { type Secret, secret } from "../domain/secret.ts";
import { plusSeconds, type Timestamp } from "../domain/time.ts";
import { readBody, unexpected, unreadable } from "./answer.ts";
import {
  holdsToken,
  passwordRefused,
  secondFactorNeeded,
  secondFactorRefused,
  seedUnreadable,
} from "./login-refusals.ts";
import { looksLikeToken, openSession } from "./open-session.ts";
import { codesAt, readSeed } from "./second-factor.ts";
import { readClaims } from "./session.ts";
import type { Reply, Send } from "./wire.ts";

type Outcome = Awaited<ReturnType<HubLogins["signIn"]>>;

/** How long a session lives that does not say (OpenAPI, AuthCreateTokenResponse). */
const usualSeconds = 600;

/**
 * Signs in with the account's password. Without a seed by the present route, which knows no second factor;
 * when that refuses, the deprecated one tells whether it is the second factor that is missing.
 */
export function signIn(send: Send, now: () => Timestamp): HubLogins["signIn"] {
  return async (account, password, totpSeed) => {
    if (looksLikeToken(password)) return holdsToken(account);
    if (password.reveal() === "") return passwordRefused(account);
    const seed = totpSeed && readSeed(totpSeed);
    if (totpSeed && !seed) return seedUnreadable(account);
    if (!seed) {
      const opened = await openSession(send, now, account, password);
      if (opened !== undefined) return session(account, opened, now());
    }
    const step = await logIn(send, now, account, password);
    if (step.kind === "refused") return passwordRefused(account);
    if (step.kind === "open") return session(account, step.token, now());
    if (!seed) return secondFactorNeeded(account);
    for (const code of codesAt(seed, step.at)) {
      const token = await completeLogIn(send, now, step.half, code);
      if (token !== undefined) return session(account, token, now());
    }
    return secondFactorRefused(account);
  };
}

const LoggedIn = z.object({ token: z.string() });
const HalfWay = z.object({ login_2fa_token: z.string().min(1) });

type Step =
  | { readonly kind: "open"; readonly token: string }
  /** `at`: milliseconds, by Docker Hub's own clock, so that a wrong one here does not matter to codes. */
  | { readonly kind: "half"; readonly half: Secret; readonly at: number }
  | { readonly kind: "refused" };

async function logIn(
  send: Send,
  now: () => Timestamp,
  account: string,
  password: Secret,
): Promise<Step> {
  const body = { username: account, password: password.reveal() };
  const reply = await send({ method: "POST", path: "/v2/users/login", body });
  if (reply.status === 401) {
    const half = readBody(HalfWay, reply)?.login_2fa_token;
    if (half === undefined) return { kind: "refused" };
    const at = Date.parse(reply.headers.date ?? "") || Date.parse(now());
    return { kind: "half", half: secret(half), at };
  }
  return { kind: "open", token: tokenOf(reply, "the login", now()) };
}

/** undefined: the code is refused. */
async function completeLogIn(
  send: Send,
  now: () => Timestamp,
  half: Secret,
  code: string,
): Promise<string | undefined> {
  const body = { login_2fa_token: half.reveal(), code };
  const reply = await send({ method: "POST", path: "/v2/users/2fa-login", body });
  if (reply.status === 401 || reply.status === 400) return undefined;
  return tokenOf(reply, "the second factor", now());
}

function tokenOf(reply: Reply, what: string, now: Timestamp): string {
  if (reply.status !== 200) throw unexpected(what, reply, now);
  const token = readBody(LoggedIn, reply)?.token;
  if (token === undefined) throw unreadable(what);
  return token;
}

function session(account: string, token: string, now: Timestamp): Outcome {
  const claims = readClaims(token);
  if (!claims) throw unreadable("the login");
  if (claims.account?.source) return holdsToken(account);
  const until = claims.until ?? plusSeconds(now, usualSeconds);
  const opened: HubSession = { bearer: secret(token), until };
  return { kind: "session", session: opened };
}

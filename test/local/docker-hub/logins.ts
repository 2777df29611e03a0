import { z } from "zod";
import type { Answer, Call } from "../service.ts";
import type { Desk } from "./desk.ts";
import type { HubAccount } from "./directory.ts";
import { badCredentials, unauthorized } from "./hub-errors.ts";
import { bodyOf } from "./input.ts";
import type { Token } from "./token.ts";
import { totpMatches } from "./totp.ts";

const tokenRequest = z.object({ identifier: z.string(), secret: z.string() });

/** POST /v2/auth/token: password, personal or organization access token for a session of 10 minutes. */
export async function createSession(desk: Desk, call: Call): Promise<Answer> {
  const { identifier, secret } = bodyOf(call, tokenRequest);
  if (desk.on("login-refused", call)) return unauthorized;
  const byToken = sessionByToken(desk, identifier, secret);
  if (byToken) return { status: 200, body: { access_token: await byToken } };
  const account = byPassword(desk, identifier, secret);
  const halfOnly = account?.twoFactorSeed && !desk.knobs.passwordDespiteTwoFactor;
  if (!account || halfOnly) return unauthorized;
  return { status: 200, body: { access_token: await desk.sessions.open(account) } };
}

const loginRequest = z.object({ username: z.string(), password: z.string() });

/** POST /v2/users/login (deprecated): a token is enough by itself, a password may need the second factor. */
export async function logInUser(desk: Desk, call: Call): Promise<Answer> {
  const { username, password } = bodyOf(call, loginRequest);
  if (desk.on("login-refused", call)) return badCredentials;
  // hub-feedback#2445; the thread does not quote the status.
  if (password.startsWith("dckr_oat_"))
    return { status: 401, body: { detail: "Cannot log into an organization account" } };
  const byToken = sessionByToken(desk, username, password);
  if (byToken) return { status: 200, body: { token: await byToken } };
  const account = byPassword(desk, username, password);
  if (!account) return badCredentials;
  if (!account.twoFactorSeed)
    return { status: 200, body: { token: await desk.sessions.open(account) } };
  return {
    status: 401,
    body: {
      detail: "Require secondary authentication on MFA enabled account",
      login_2fa_token: await desk.sessions.half(account.id),
    },
  };
}

const secondFactor = z.object({ login_2fa_token: z.string(), code: z.string() });

/** POST /v2/users/2fa-login: the half login and a code of the authenticator. */
export async function logInSecondFactor(desk: Desk, call: Call): Promise<Answer> {
  const { login_2fa_token: half, code } = bodyOf(call, secondFactor);
  const accountId = await desk.sessions.readHalf(half);
  const account = accountId === undefined ? undefined : desk.directory.accountOf(accountId);
  const seed = account?.twoFactorSeed;
  if (!seed || !totpMatches(seed, code, desk.clock.now())) return badCredentials;
  return { status: 200, body: { token: await desk.sessions.open(account) } };
}

function byPassword(desk: Desk, username: string, password: string): HubAccount | undefined {
  const account = desk.directory.accountNamed(username);
  return account && !account.sso && account.password === password ? account : undefined;
}

/** A personal token is taken under any user name and opens its own account (trufflehog#4099); an organization's needs the name. */
function sessionByToken(desk: Desk, name: string, secret: string): Promise<string> | undefined {
  const { directory, sessions } = desk;
  if (!/^dckr_[po]at_/.test(secret)) return undefined;
  const token = directory.usable(secret);
  if (!token) return undefined;
  const owner =
    token.kind === "pat" ? directory.accountOf(token.ownerId) : organization(desk, name, token);
  if (!owner) return undefined;
  directory.use(token);
  return sessions.open(owner, token);
}

function organization(desk: Desk, name: string, token: Token) {
  const found = desk.directory.organizationNamed(name);
  return found?.id === token.ownerId ? { id: found.id, username: found.name } : undefined;
}

import { dockerHub } from "../../src/docker-hub/docker-hub.ts";
import { LarderError } from "../../src/domain/errors.ts";
import type { HubLogins, Identification } from "../../src/domain/rotation-ports.ts";
import type { Secret } from "../../src/domain/secret.ts";
import { isTokenForm } from "../../src/domain/token-marks.ts";
import { widestScope } from "../../src/domain/token-rights.ts";
import { upstreamAgent } from "../../src/oci/agent.ts";

/** `fault`: it cannot be used, in a sentence. `note`: it can, and something is to be said. */
export interface Verdict {
  readonly fault?: string | undefined;
  readonly note?: string | undefined;
  /** Docker Hub takes the password and wants the second factor, or another one. */
  readonly seedNeeded?: boolean | undefined;
}

/** For one request, seconds. */
const timeoutSeconds = 20;

export function hubLogins(connectTo: ReadonlyMap<string, string> = new Map()): HubLogins {
  const agent = upstreamAgent(connectTo, 1);
  return dockerHub({ agent, timeoutSeconds, now: () => new Date().toISOString() }).logins;
}

/** Whether a value is a token that ACR and Larder can use for the account; Docker Hub is asked. */
export async function tryToken(
  logins: HubLogins,
  account: string,
  managed: boolean,
  value: Secret,
): Promise<Verdict> {
  if (!isTokenForm(value.reveal()))
    return {
      fault:
        'That is no Docker access token: one begins with "dckr_pat_" (or "dckr_oat_", of an organization). Make one with the right "Public Repo Read-only" or "Read-only" at https://app.docker.com/settings/personal-access-tokens.',
    };
  return unlessAway(async () =>
    judgeToken(account, managed, await logins.identify(account, value)),
  );
}

/** By what Docker Hub says of a token; undefined: it refuses it. */
export function judgeToken(
  account: string,
  managed: boolean,
  found: Identification | undefined,
): Verdict {
  if (!found)
    return {
      fault: `Docker Hub refuses that token for "${account}": it is mistyped, has ended, or is switched off.`,
    };
  const { kind, username } = found;
  if (username !== undefined && username.toLowerCase() !== account)
    return { fault: `That token belongs to "${username}", not to "${account}" (DOCKER_ACCOUNT).` };
  if (kind === "organization" && managed)
    return {
      fault:
        "That token is an organization's, which only a person can renew: azd env set DOCKER_ROTATION assisted, or give a token of a personal account.",
    };
  const scope = widestScope(found);
  if (scope === "repo:write" || scope === "repo:admin")
    return {
      note: `The token may do more than pull (${scope}). One that may only read is enough.`,
    };
  return {};
}

/** Whether Larder can sign in with the account's password, and its TOTP seed where two-factor login is on. */
export async function tryPassword(
  logins: HubLogins,
  account: string,
  password: Secret,
  seed: Secret | undefined,
): Promise<Verdict> {
  return unlessAway(async () => {
    const answer = await logins.signIn(account, password, seed);
    if (answer.kind === "session") return {};
    return { fault: answer.message, seedNeeded: answer.kind !== "passwordRefused" };
  });
}

/** A deployment does not fail because this machine cannot reach Docker Hub: Larder tries the login again itself. */
async function unlessAway(judge: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await judge();
  } catch (error) {
    if (!(error instanceof LarderError)) throw error;
    return {
      note: `Docker Hub could not be asked, so it is stored untried. ${error.problem.message}`,
    };
  }
}

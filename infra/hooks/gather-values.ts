import type { HubLogins } from "../../src/domain/rotation-ports.ts";
import { type Secret, secret } from "../../src/domain/secret.ts";
import type { Timestamp } from "../../src/domain/time.ts";
import { tryPassword, tryToken, type Verdict } from "./docker-login.ts";
import type { Environment } from "./environment.ts";
import { askExpiry, obtain } from "./obtain.ts";
import { type Given, type Situation, variables } from "./plan-secrets.ts";
import type { Terminal } from "./prompt.ts";
import { refusal } from "./refusal.ts";
import type { SecretNames } from "./secret-names.ts";

export type GivenValues = Readonly<Record<Given, Secret | undefined>>;

/** A line break at the end is no part of a value: files leave one. */
export function givenIn(from: Environment): GivenValues {
  const value = (one: Given) => {
    const text = from[variables[one]]?.replace(/[\r\n]+$/, "");
    return text ? secret(one === "password" ? text : text.trim()) : undefined;
  };
  return { token: value("token"), password: value("password"), seed: value("seed") };
}

export interface Sources {
  readonly situation: Situation;
  readonly write: readonly (keyof SecretNames)[];
  readonly given: GivenValues;
  readonly terminal: Terminal | undefined;
  readonly logins: HubLogins;
  readonly now: Timestamp;
  /** When the token ends, where somebody has said so. */
  readonly expiresAt: Timestamp | undefined;
}

/** New values to be written, each tried at Docker Hub. */
export interface Values {
  readonly token?: Secret | undefined;
  readonly expiresAt?: Timestamp | undefined;
  readonly password?: Secret | undefined;
  readonly seed?: Secret | undefined;
}

export async function gatherValues(from: Sources): Promise<Values> {
  return { ...(await tokenFrom(from)), ...(await loginFrom(from)) };
}

async function tokenFrom(from: Sources): Promise<Values> {
  const { situation, write, given, terminal, logins, now, expiresAt } = from;
  const { account, managed } = situation;
  if (!write.includes("token")) return {};
  if (expiresAt !== undefined && expiresAt <= now)
    throw refusal("DOCKER_TOKEN_EXPIRES is in the past: give a token that has not ended.");
  const token = await obtain(terminal, {
    variable: variables.token,
    question: `Access token of "${account}" (is not shown): `,
    given: given.token,
    tidy: (typed) => typed.trim(),
    judge: (value) => tryToken(logins, account, managed, value),
  });
  if (expiresAt !== undefined || !terminal) return { token, expiresAt };
  // Of a managed account Larder learns it from Docker Hub.
  return { token, expiresAt: managed ? undefined : await askExpiry(terminal, now) };
}

async function loginFrom(from: Sources): Promise<Values> {
  const { situation, write, given, terminal } = from;
  const { account, found } = situation;
  if (!write.includes("password") && !write.includes("seed")) return {};
  let seed = given.seed ?? valueOf(found.seed);
  const judge = async (password: Secret): Promise<Verdict> => {
    const verdict = await tryPassword(from.logins, account, password, seed);
    if (!verdict.seedNeeded) return verdict;
    if (!terminal) return { fault: `${verdict.fault} Set ${variables.seed}.` };
    console.log(`  ${verdict.fault}`);
    seed = await askSeed(from, terminal, password);
    return {};
  };
  const held = valueOf(found.password);
  const password = write.includes("password")
    ? await obtain(terminal, {
        variable: variables.password,
        question: `Password of "${account}", with which Larder makes the next tokens (is not shown): `,
        given: given.password,
        tidy: (typed) => typed,
        judge,
      })
    : undefined;
  const fault = !password && held ? (await judge(held)).fault : undefined;
  if (fault !== undefined) throw refusal(fault);
  return { password, seed: found.seed.state === "there" ? undefined : seed };
}

const valueOf = (found: Situation["found"]["user"]) =>
  found.state === "there" ? found.value : undefined;

function askSeed(
  { logins, situation: { account } }: Sources,
  terminal: Terminal,
  password: Secret,
): Promise<Secret> {
  return obtain(terminal, {
    variable: variables.seed,
    question: "TOTP seed, the text behind the QR code (is not shown): ",
    given: undefined,
    tidy: (typed) => typed.trim(),
    judge: (seed) => tryPassword(logins, account, password, seed),
  });
}

import type { HubLogins, Identification, LoginRefusal } from "../../src/domain/rotation-ports.ts";
import { secret } from "../../src/domain/secret.ts";
import { plusSeconds, type Timestamp } from "../../src/domain/time.ts";
import type { VirtualClock } from "./clock.ts";
import type { FakeAccount, FakeDirectory } from "./docker-hub-directory.ts";

/** Docker Hub's logins: `accounts` by user name in lower case. A token that is used to log in counts as used. */
export function fakeLogins(
  clock: VirtualClock,
  held: FakeDirectory,
  accounts: ReadonlyMap<string, FakeAccount>,
): HubLogins {
  const accountNamed = (name: string) => accounts.get(name.toLowerCase());
  let sessions = 0;
  return {
    async signIn(name, password, totpSeed) {
      const account = accountNamed(name);
      const refused = refusalOf(account, password.reveal(), totpSeed?.reveal());
      const owner = held.ownerNamed(name);
      if (refused || !owner) return refused ?? refusal("passwordRefused", name);
      sessions += 1;
      const until = plusSeconds(clock.now(), 600);
      const bearer = secret(bearerOf({ jti: sessions, sub: owner.id, exp: until }));
      return { kind: "session", session: { bearer, until } };
    },
    async identify(name, password): Promise<Identification | undefined> {
      const token = held.usable(password.reveal());
      if (token) {
        const { owner, uuid, scopes } = token;
        const rightName = name.toLowerCase() === owner.name.toLowerCase();
        if (owner.kind === "organization" && !rightName) return undefined;
        held.use(token);
        return { kind: owner.kind, uuid, username: owner.name, scopes };
      }
      const account = accountNamed(name);
      if (refusalOf(account, password.reveal(), undefined) || !account) return undefined;
      return { kind: "password", username: account.username, scopes: ["repo:admin"] };
    },
  };
}

function refusalOf(
  account: FakeAccount | undefined,
  password: string,
  totpSeed: string | undefined,
): LoginRefusal | undefined {
  if (totpSeed !== undefined && !/^[A-Z2-7]{16,}$/.test(seedOf(totpSeed)))
    return refusal("secondFactorRefused", "seed");
  if (!account || account.sso || account.password !== password)
    return refusal("passwordRefused", account?.username ?? "");
  if (account.totpSeed === undefined) return undefined;
  if (totpSeed === undefined) return refusal("secondFactorNeeded", account.username);
  return seedOf(totpSeed) === seedOf(account.totpSeed)
    ? undefined
    : refusal("secondFactorRefused", account.username);
}

function refusal(kind: LoginRefusal["kind"], name: string): LoginRefusal {
  return { kind, message: `Docker Hub does not let "${name}" in: ${kind}.` };
}

/** Base32 as it is, or out of an otpauth:// URI. */
function seedOf(text: string): string {
  const seed = text.startsWith("otpauth:") ? new URL(text).searchParams.get("secret") : text;
  return (seed ?? "").replace(/[\s=-]/g, "").toUpperCase();
}

const header = encoded({ alg: "HS256", typ: "JWT" });

interface Payload {
  readonly jti: number;
  readonly sub: string;
  readonly exp: Timestamp;
}

function bearerOf(payload: Payload): string {
  return `${header}.${encoded(payload)}.c2lnbmVkIGJ5IHRoZSBmYWtl`;
}

function encoded(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

/** The id of the account a session is for; undefined when there is none, or it is over. */
export function sessionOwner(bearer: string, now: Timestamp): string | undefined {
  try {
    const payload = Buffer.from(bearer.split(".")[1] ?? "", "base64url").toString();
    const { sub, exp } = JSON.parse(payload) as Payload;
    return exp > now ? sub : undefined;
  } catch {
    return undefined;
  }
}

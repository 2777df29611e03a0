import { randomBytes, randomUUID } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import type { Clock } from "../clock.ts";
import type { HubAccount } from "./directory.ts";
import type { Token } from "./token.ts";

/** Who a bearer token of the Hub API speaks for, and what it was made from. */
export interface Session {
  readonly accountId: string;
  readonly username: string;
  readonly source: "password" | "pat" | "oat";
}

/** JWTs of the Hub API; claims as captured in mongodb/kingfisher#202. */
export interface Sessions {
  /** Valid 10 minutes. `token` when made from an access token. */
  open(owner: Pick<HubAccount, "id" | "username">, token?: Token): Promise<string>;
  /** The session of a good "Bearer …" header, else undefined. */
  read(authorization: string | undefined): Promise<Session | undefined>;
  /** A token that only completes a two-factor login. Invented: valid 5 minutes. */
  half(accountId: string): Promise<string>;
  /** The account a half login is for, else undefined. */
  readHalf(token: string): Promise<string | undefined>;
}

const hub = "https://hub.docker.com";
const issuer = "https://api.docker.com/";
const sources = { pat: "docker_pat", oat: "docker_oat" } as const;

interface HubClaim {
  readonly uuid: string;
  readonly username: string;
  readonly source: string;
}

export function sessions(clock: Clock): Sessions {
  const key = randomBytes(32);
  const sign = (claims: Record<string, unknown>, audience: string, seconds: number) => {
    const now = Math.floor(clock.now() / 1000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(now)
      .setExpirationTime(now + seconds)
      .setJti(randomUUID())
      .sign(key);
  };
  const verify = async (token: string, audience: string) => {
    try {
      const currentDate = new Date(clock.now());
      return (await jwtVerify(token, key, { audience, currentDate })).payload;
    } catch {
      return undefined;
    }
  };
  return {
    open: (owner, token) => sign(claimsOf(owner, token), hub, 600),
    async read(authorization) {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
      const claim = token && (await verify(token, hub))?.[hub];
      if (!claim) return undefined;
      const { uuid, username, source } = claim as HubClaim;
      const kind = source.startsWith(sources.pat) ? "pat" : "password";
      return {
        accountId: uuid,
        username,
        source: source.startsWith(sources.oat) ? "oat" : kind,
      };
    },
    half: (accountId) => sign({ sub: accountId }, "login_2fa", 300),
    readHalf: async (token) => (await verify(token, "login_2fa"))?.sub,
  };
}

/** Invented: the `source` of a session made from a password or an organization's token. */
function claimsOf(owner: Pick<HubAccount, "id" | "username">, token: Token | undefined) {
  return {
    scope: token ? token.scopes.join(" ") : "repo:admin",
    [hub]: {
      email: `${owner.username}@example.com`,
      roles: [],
      session_id: randomUUID(),
      source: token ? `${sources[token.kind]}|${token.uuid}` : "docker_password",
      username: owner.username,
      uuid: owner.id,
    },
  };
}

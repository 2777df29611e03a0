import { randomBytes, randomUUID } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import type { Clock } from "../clock.ts";

/** Who asked for a token, when not nobody. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly plan: "personal" | "paid";
}

export interface Grant {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

/** What a token says. */
export interface Claims {
  readonly jti: string;
  readonly account?: Account;
  readonly access: readonly Grant[];
}

/** Registry tokens: signed JWTs that live by the stand-in's clock. */
export interface Bearers {
  issue(
    claims: { readonly account?: Account | undefined; readonly access: readonly Grant[] },
    door: { readonly issuer: string; readonly audience: string; readonly seconds: number },
  ): Promise<string>;
  /** The claims of a good "Bearer …" header for the audience, else undefined. */
  read(authorization: string | undefined, audience: string): Promise<Claims | undefined>;
}

export function bearers(clock: Clock): Bearers {
  const key = randomBytes(32);
  return {
    issue({ account, access }, { issuer, audience, seconds }) {
      const now = Math.floor(clock.now() / 1000);
      // Docker Hub's nbf lies 300 seconds before iat (recorded fixtures).
      return new SignJWT({ access, ...(account && { account }) })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(account?.id ?? "")
        .setJti(`dckr_jti_${randomUUID()}`)
        .setIssuedAt(now)
        .setNotBefore(now - 300)
        .setExpirationTime(now + seconds)
        .sign(key);
    },
    async read(authorization, audience) {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
      if (!token) return undefined;
      try {
        const currentDate = new Date(clock.now());
        const { payload } = await jwtVerify<Claims>(token, key, { audience, currentDate });
        return payload;
      } catch {
        return undefined;
      }
    },
  };
}

import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { z } from "zod";

const grant = z.object({ type: z.string(), name: z.string(), actions: z.array(z.string()) });

const claims = z.object({
  /** Principal id, "admin" or "anonymous". */
  sub: z.string(),
  /** Seconds since the epoch. */
  exp: z.number(),
  grant_type: z.enum(["refresh_token", "access_token"]),
  access: z.array(grant).optional(),
});

export type Grant = z.infer<typeof grant>;
export type Claims = z.infer<typeof claims>;

/** Signs and checks a registry's own tokens: three-part JWTs, as the SDK demands. */
export interface Tokens {
  sign(wanted: Omit<Claims, "exp">, seconds: number, audience: string): string;
  /** The claims of a good token that has not expired. */
  verify(token: string): Claims | undefined;
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Tokens of one registry, with a key of its own; `now` in milliseconds. */
export function tokens(now: () => number): Tokens {
  const key = randomBytes(32);
  const signature = (text: string) => createHmac("sha256", key).update(text).digest("base64url");
  const known = new Map<string, Claims>();

  const decode = (token: string): Claims | undefined => {
    const [header = "", payload = "", signed = ""] = token.split(".");
    const right = Buffer.from(signature(`${header}.${payload}`));
    const given = Buffer.from(signed);
    if (right.length !== given.length || !timingSafeEqual(right, given)) return undefined;
    return claims.parse(JSON.parse(Buffer.from(payload, "base64url").toString("utf8")));
  };
  return {
    sign(wanted, seconds, audience) {
      const at = Math.floor(now() / 1000);
      const whole = {
        jti: randomUUID(),
        ...wanted,
        iss: "Azure Container Registry",
        aud: audience,
        version: "1.0",
        nbf: at - 900,
        iat: at,
        exp: at + seconds,
      };
      const text = `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded(whole)}`;
      return `${text}.${signature(text)}`;
    },
    verify(token) {
      const found = known.get(token) ?? decode(token);
      if (!found || found.exp * 1000 <= now()) return undefined;
      if (known.size > 10_000) known.clear();
      known.set(token, found);
      return found;
    },
  };
}

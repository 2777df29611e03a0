import { createSign, createVerify, generateKeyPairSync } from "node:crypto";
import { z } from "zod";

/** What a token says; times in Unix seconds. */
const Claims = z.object({
  aud: z.string(),
  oid: z.string(),
  exp: z.number(),
});
type Claims = z.infer<typeof Claims>;

/** Makes and reads the RS256 tokens of one run; a token of another run does not verify. */
export interface TokenAuthority {
  sign(claims: Readonly<Record<string, unknown>>): string;
  /** Claims of a token with a good signature, whatever its audience and age; undefined otherwise. */
  read(token: string): Claims | undefined;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

export function tokenAuthority(): TokenAuthority {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const header = encode({ typ: "JWT", alg: "RS256", kid: "larder-local" });
  return {
    sign(claims) {
      const signed = `${header}.${encode(claims)}`;
      return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url")}`;
    },
    read(token) {
      const [head, body, signature, ...rest] = token.split(".");
      if (head !== header || !body || !signature || rest.length > 0) return undefined;
      const good = createVerify("RSA-SHA256")
        .update(`${head}.${body}`)
        .verify(publicKey, signature, "base64url");
      if (!good) return undefined;
      return Claims.parse(JSON.parse(Buffer.from(body, "base64url").toString()));
    },
  };
}

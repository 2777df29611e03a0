import "reflect-metadata";
import { randomUUID, webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** PEM texts of a server's certificate and key. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

/** A throw-away authority made for one run, and a certificate of its own for `names`. */
export interface Authority extends ServerCertificate {
  /** PEM of the authority itself: what clients must trust. */
  readonly ca: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const day = 86_400_000;

/** Makes an authority and one server certificate for localhost, 127.0.0.1 and the given names (wildcards allowed). */
export async function authority(names: readonly string[]): Promise<Authority> {
  const { subtle } = webcrypto;
  const [caKeys, keys] = await Promise.all([
    subtle.generateKey(algorithm, true, ["sign", "verify"]),
    subtle.generateKey(algorithm, true, ["sign", "verify"]),
  ]);
  const validity = {
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 30 * day),
  };
  const ca = await X509CertificateGenerator.createSelfSigned({
    // Two authorities of one name confuse whoever trusts both.
    name: `CN=Larder local throw-away CA ${randomUUID()}`,
    keys: caKeys,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const leaf = await X509CertificateGenerator.create({
    subject: "CN=localhost",
    issuer: ca.subject,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new SubjectAlternativeNameExtension([
        { type: "ip", value: "127.0.0.1" },
        ...["localhost", ...names].map((value) => ({ type: "dns" as const, value })),
      ]),
    ],
  });
  const key = Buffer.from(await subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  return {
    ca: ca.toString("pem"),
    cert: leaf.toString("pem"),
    key: `-----BEGIN PRIVATE KEY-----\n${key.match(/.{1,64}/g)?.join("\n")}\n-----END PRIVATE KEY-----\n`,
  };
}

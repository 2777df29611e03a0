import { hash } from "node:crypto";
import * as z from "zod";
import { digestPattern } from "../domain/image.ts";
import type { Digest } from "../domain/tag.ts";
import { jsonOf, type Reply } from "./exchange.ts";

/**
 * Everything a tag can be, indexes first. With fewer, a registry answers another digest (keel#717)
 * or, GHCR, that the manifest is unknown (niks3#229).
 */
export const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** The distribution specification (push.md) has registries take manifests of 4 MiB. */
export const maximumManifest = 4_194_304;

const sha256 = /^sha256:[a-f0-9]{64}$/;

export function isSha256(text: string): boolean {
  return sha256.test(text);
}

/** The digest an answer's header names; undefined without one, or with one that is none. */
export function headerDigest({ headers }: Reply): Digest | undefined {
  const named = headers["docker-content-digest"];
  return typeof named === "string" && sha256.test(named) ? named : undefined;
}

/**
 * The digest of the manifest that a GET was answered, or why there is none, in words that follow the
 * host's name. The header may also name a SHA-384 or SHA-512, which the image specification allows;
 * it is compared in its own algorithm, and the digest is a SHA-256 all the same, as ACR's are.
 */
export function bodyDigest(reply: Reply): { readonly digest: Digest } | { readonly fault: string } {
  const { headers, body } = reply;
  const packed = headers["content-encoding"] ?? "identity";
  if (packed !== "identity") return { fault: "sent a manifest packed, so its digest is not known" };
  const named = headers["docker-content-digest"];
  if (typeof named === "string" && digestPattern.test(named)) {
    const actual = digestOf(body, named.slice(0, 6));
    if (actual === named) return { digest: digestOf(body, "sha256") };
    return { fault: `sent a manifest as ${shown(named)} whose bytes are ${shown(actual)}` };
  }
  // Without a digest to compare with, a page of HTML is to be told from a manifest.
  if (Manifest.safeParse(jsonOf(reply)).success) return { digest: digestOf(body, "sha256") };
  return { fault: "sent something that is no manifest, without its digest" };
}

/** Schema 1 is not meant: its digest is not that of its bytes, and nobody asks for it. */
const Manifest = z.object({ schemaVersion: z.literal(2) });

function digestOf(body: Buffer, algorithm: string): string {
  return `${algorithm}:${hash(algorithm, body)}`;
}

function shown(digest: string): string {
  return `${digest.slice(0, 19)}…`;
}

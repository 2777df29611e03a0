import { createHash } from "node:crypto";
import { z } from "zod";

const descriptor = z.object({
  digest: z.string(),
  mediaType: z.string().optional(),
  size: z.number().optional(),
  platform: z
    .object({ architecture: z.string(), os: z.string(), variant: z.string().optional() })
    .optional(),
});

const document = z.object({
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  manifests: z.array(descriptor).optional(),
  config: descriptor.optional(),
  layers: z.array(descriptor).optional(),
  subject: descriptor.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

/** What the registry needs to know of a manifest or an index. Unknown fields are ignored. */
export type ManifestDocument = z.infer<typeof document>;

/** Undefined when the bytes are no manifest. */
export function readManifest(bytes: Buffer): ManifestDocument | undefined {
  try {
    return document.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    return undefined;
  }
}

/** Config and layers, in that order. */
export function blobsOf(manifest: ManifestDocument) {
  return [...(manifest.config ? [manifest.config] : []), ...(manifest.layers ?? [])];
}

/** "sha256:…" of the bytes. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

export const isDigest = (reference: string) => reference.includes(":");

/** Everything a registry may be asked for; a narrower list changes the digest (facts/docker-hub.md section 4). */
export const acceptAll = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

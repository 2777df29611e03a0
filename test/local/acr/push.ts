import { randomUUID } from "node:crypto";
import { type Answer, refuse } from "../service.ts";
import {
  digestInvalid,
  manifestBlobUnknown,
  manifestInvalid,
  notSupported,
  pushRefused,
  uploadUnknown,
} from "./errors.ts";
import { blobsOf, digestOf, isDigest, type ManifestDocument, readManifest } from "./manifest.ts";
import { type Plane, requireUnlocked, type Target, tell, writeProtection } from "./plane.ts";

function requireWritable(plane: Plane, repository: string): void {
  const rule = writeProtection(plane, repository);
  if (rule) refuse(pushRefused(rule));
}

/** PUT of a manifest by tag or digest into a repository no rule owns. */
export function pushManifest(plane: Plane, { call, repository, reference }: Target): Answer {
  requireWritable(plane, repository);
  const { storage } = plane.registry;
  const held = storage.repositories.get(repository);
  const tag = isDigest(reference) ? undefined : reference;
  const digest = digestOf(call.body);
  requireUnlocked([held, tag === undefined ? undefined : held?.tags.get(tag)], "writeEnabled");
  if (tag === undefined && reference !== digest) return digestInvalid(reference);
  const manifest = readManifest(call.body);
  const mediaType = manifest?.mediaType ?? call.headers["content-type"];
  if (!manifest || !mediaType) return manifestInvalid();
  requireParts(plane, repository, manifest);
  storage.put(repository, { bytes: call.body, mediaType, tag });
  tell(plane, { action: "push", repository, digest, mediaType, size: call.body.length, tag });
  return {
    status: 201,
    headers: {
      "Docker-Content-Digest": digest,
      Location: `/v2/${repository}/manifests/${digest}`,
    },
  };
}

function requireParts(plane: Plane, repository: string, manifest: ManifestDocument): void {
  const held = plane.registry.storage.repositories.get(repository);
  const missing =
    blobsOf(manifest).find(({ digest }) => !held?.blobs.has(digest)) ??
    manifest.manifests?.find(({ digest }) => !held?.manifests.get(digest));
  if (missing) refuse(manifestBlobUnknown(missing.digest));
}

/** Blob uploads of one registry: monolithic, in pieces, or mounted from another repository. */
export interface Uploads {
  start(target: Omit<Target, "reference">): Answer;
  /** PATCH, PUT, GET and DELETE of one upload. */
  go(target: Target): Answer;
}

/** Uploads are kept in memory until finished or cancelled. */
export function uploads(plane: Plane): Uploads {
  const open = new Map<string, Buffer>();
  const { storage } = plane.registry;
  const stored = (repository: string, digest: string, bytes: Buffer): Answer => {
    if (digestOf(bytes) !== digest) return digestInvalid(digest);
    storage.putBlob(repository, digest, bytes);
    return created(repository, digest);
  };
  const begin = (repository: string, status: number, id: string, size: number): Answer => ({
    status,
    headers: {
      Location: `/v2/${repository}/blobs/uploads/${id}`,
      "Docker-Upload-Uuid": id,
      Range: `0-${Math.max(0, size - 1)}`,
    },
  });
  return {
    start({ call, repository }) {
      requireWritable(plane, repository);
      const digest = call.query.get("digest");
      if (digest !== null) return stored(repository, digest, call.body);
      const mount = call.query.get("mount") ?? "";
      const from = storage.repositories.get(call.query.get("from") ?? "");
      const bytes = from?.blobs.get(mount);
      if (bytes) return stored(repository, mount, bytes);
      const id = randomUUID();
      open.set(id, Buffer.alloc(0));
      return begin(repository, 202, id, 0);
    },
    go({ call, repository, reference: id }) {
      const bytes = open.get(id);
      if (!bytes) return uploadUnknown();
      if (call.method === "GET") return begin(repository, 204, id, bytes.length);
      if (call.method === "DELETE") {
        open.delete(id);
        return { status: 204 };
      }
      const whole = Buffer.concat([bytes, call.body]);
      if (call.method === "PATCH") {
        open.set(id, whole);
        return begin(repository, 202, id, whole.length);
      }
      if (call.method !== "PUT") return notSupported();
      open.delete(id);
      return stored(repository, call.query.get("digest") ?? "", whole);
    },
  };
}

const created = (repository: string, digest: string): Answer => ({
  status: 201,
  headers: { "Docker-Content-Digest": digest, Location: `/v2/${repository}/blobs/${digest}` },
});

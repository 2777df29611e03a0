import { type Answer, type Call, refuse } from "../service.ts";
import type { Dialect } from "./dialect.ts";
import { refuseWith, registryError } from "./errors.ts";
import type { Content } from "./image.ts";
import { accepts, mediaTypes } from "./media-types.ts";
import type { Repository } from "./repository.ts";
import { tagPage } from "./tag-page.ts";
import type { Visit, Wanted } from "./visit.ts";

/** Answers from the made-up content of one repository; refuses with the specification's errors. */
export function answerFromShelf(visit: Visit, repository: Repository | undefined): Answer {
  const { call, dialect, wanted } = visit;
  if (!wanted) return refuseWith(404, "UNSUPPORTED", "The operation is unsupported.");
  if (!repository)
    return refuseWith(404, "NAME_UNKNOWN", "repository name not known to registry", {
      name: wanted.repository,
    });
  switch (wanted.kind) {
    case "tags":
      return tagPage(call, dialect, wanted.repository, repository.tags());
    case "manifests":
      return served(manifestFor(call, dialect, wanted, repository), "no-store");
    case "blobs":
      return blob(call, wanted.reference, repository);
    case "referrers":
      return referrers(dialect, wanted);
    default:
      return wanted.kind satisfies never;
  }
}

function unknownManifest(reference: string): Answer {
  return reference.includes(":")
    ? registryError(404, "MANIFEST_UNKNOWN", "manifest unknown", { revision: reference })
    : registryError(404, "MANIFEST_UNKNOWN", `manifest unknown`, { Tag: reference });
}

/** Ends with the 404 of a manifest that is not there. */
export function refuseManifest(reference: string): never {
  return refuse(unknownManifest(reference));
}

/**
 * The manifest a caller gets for its Accept header. Only indexes asked for without their type differ by host:
 * GHCR says 404 (niks3#229), Docker Hub gives another digest (keel#717).
 */
function manifestFor(
  call: Call,
  dialect: Dialect,
  wanted: Wanted,
  repository: Repository,
): Content {
  const { reference } = wanted;
  const found = repository.manifest(reference);
  if (!found) return refuseManifest(reference);
  const index = ([mediaTypes.oci.index, mediaTypes.docker.index] as string[]).includes(
    found.mediaType,
  );
  if (!index || accepts(call.headers.accept, found.mediaType)) return found;
  const byTag = !reference.includes(":");
  if (dialect.narrowAccept === "child" && byTag)
    return repository.child(reference, "linux/amd64") ?? found;
  if (dialect.narrowAccept === "unknown")
    return refuseWith(
      404,
      "MANIFEST_UNKNOWN",
      "OCI index found, but Accept header does not support OCI indexes",
    );
  return found;
}

function served({ mediaType, digest, bytes }: Content, cache: string): Answer {
  const headers = {
    "Content-Type": mediaType,
    "Docker-Content-Digest": digest,
    "Cache-Control": cache,
  };
  return { status: 200, headers, body: bytes };
}

function blob(call: Call, digest: string, repository: Repository): Answer {
  const found = repository.blob(digest);
  if (!found) return refuseWith(404, "BLOB_UNKNOWN", "blob unknown to registry", { digest });
  const whole = served({ ...found, mediaType: "application/octet-stream" }, "max-age=31536000");
  const headers = { ...whole.headers, "Accept-Ranges": "bytes" };
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(call.headers.range ?? "") ?? [];
  if (first === undefined) return { ...whole, headers };
  const size = found.bytes.length;
  const from = Number(first);
  const to = Math.min(last ? Number(last) : size - 1, size - 1);
  if (from > to)
    return { status: 416, headers: { ...headers, "Content-Range": `bytes */${size}` }, body: "" };
  return {
    status: 206,
    headers: { ...headers, "Content-Range": `bytes ${from}-${to}/${size}` },
    body: found.bytes.subarray(from, to + 1),
  };
}

/** Nothing made up here has referrers; GHCR's 303 is what ACR reported of it (acr#891). */
function referrers(dialect: Dialect, { repository, reference }: Wanted): Answer {
  if (dialect.referrers === "redirect")
    return {
      status: 303,
      headers: { Location: `https://github.com/-/v2/packages/container/${repository}` },
      body: "",
    };
  if (dialect.referrers === "unknown") return unknownManifest(reference);
  return {
    status: 200,
    headers: { "Content-Type": mediaTypes.oci.index },
    body: JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.oci.index, manifests: [] }),
  };
}

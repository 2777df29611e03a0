import { type Answer, refuse } from "../service.ts";
import { copyManifest } from "./copy.ts";
import {
  badGateway,
  blobUnknown,
  manifestUnknown,
  sourceFailed,
  sourceThrottled,
  sourceUnauthorized,
} from "./errors.ts";
import { headerOf, mediaTypeOf } from "./headers.ts";
import { digestOf, isDigest } from "./manifest.ts";
import { type Plane, repositoryOf, requireUnlocked, type Target } from "./plane.ts";
import type { Rule } from "./rules.ts";
import { tooFresh } from "./sightings.ts";
import type { Read } from "./source.ts";
import { deletable, type Manifest, type Tag } from "./storage.ts";

/** Named faults of service "acr": upstream trouble as the puller sees it, without upstream being asked. */
const namedFaults = [
  ["source-unauthorized", sourceUnauthorized],
  ["source-throttled", sourceThrottled],
  ["source-failed", sourceFailed],
  ["source-bad-gateway", badGateway],
] as const;

function injected({ faults }: Plane, { call }: Target, rule: Rule): void {
  for (const [kind, answer] of namedFaults)
    if (faults.active("acr", kind, call)) refuse(answer(rule));
}

/** GET and HEAD of a manifest: from the registry, or through the rule the repository comes under. */
export async function pullManifest(plane: Plane, target: Target): Promise<Answer> {
  const { repository, reference } = target;
  const held = repositoryOf(plane, repository);
  const rule = plane.registry.ruleFor(repository);
  const tag = isDigest(reference) ? undefined : held?.tags.get(reference);
  const digest = isDigest(reference) ? reference : tag?.digest;
  const manifest = digest === undefined ? undefined : held?.manifests.get(digest);
  if (rule && (!manifest || (tag && (await moved(plane, target, rule, tag)))))
    return proxied(plane, target, rule);
  if (!manifest || digest === undefined) return manifestUnknown(repository, reference);
  requireUnlocked([held, tag, manifest], "readEnabled");
  return served(digest, manifest);
}

const served = (digest: string, { bytes, mediaType }: Manifest): Answer => ({
  status: 200,
  headers: {
    "Content-Type": mediaType,
    "Docker-Content-Digest": digest,
    "Docker-Distribution-Api-Version": "registry/2.0",
    Etag: `"${digest}"`,
  },
  body: bytes,
});

/** Whether a cached tag is no longer what upstream has. Asks upstream once its time is over; a locked tag stays. */
async function moved(plane: Plane, target: Target, rule: Rule, tag: Tag): Promise<boolean> {
  const { registry, clock } = plane;
  const { tagMode, tagTtlSeconds, staleIfError } = registry.switches();
  const age = clock.now() - tag.checkedAt;
  if (tagMode === "sticky" || age < tagTtlSeconds * 1000 || !deletable(tag)) return false;
  injected(plane, target, rule);
  const { repository, reference } = target;
  const now = await digestUpstream(plane, rule, repository, `manifests/${reference}`);
  if (typeof now !== "string") {
    if (staleIfError) return false;
    return refuse(now.kind === "fault" ? now.answer : manifestUnknown(repository, reference));
  }
  if (now !== tag.digest) return tagMode === "fail" ? refuse(sourceFailed(rule)) : true;
  const tags = repositoryOf(plane, repository)?.tags;
  if (tags?.get(reference)?.digest === tag.digest)
    tags.set(reference, { ...tag, checkedAt: clock.now() });
  return false;
}

/** The digest upstream has now: by HEAD, or by GET where HEAD is refused or tells no digest. */
async function digestUpstream(
  { source }: Plane,
  rule: Rule,
  repository: string,
  path: string,
): Promise<string | Exclude<Read, { kind: "found" }>> {
  const head = await source.read(rule, repository, "HEAD", path);
  const told = head.kind === "found" ? headerOf(head.answer)("docker-content-digest") : undefined;
  if (told !== undefined) return told;
  if (head.kind === "absent" || (head.kind === "fault" && head.status !== 405)) return head;
  const got = await source.read(rule, repository, "GET", path);
  return got.kind === "found" ? digestOf(got.answer.body) : got;
}

async function proxied(plane: Plane, target: Target, rule: Rule): Promise<Answer> {
  const { registry, source } = plane;
  const { repository, reference, call } = target;
  const { unknownAfterDelete, importOnHead } = registry.switches();
  injected(plane, target, rule);
  if (unknownAfterDelete && plane.deletedTags.has(`${repository}:${reference}`))
    return manifestUnknown(repository, reference);
  const method = call.method === "HEAD" ? "HEAD" : "GET";
  const read = await source.read(rule, repository, method, `manifests/${reference}`);
  if (read.kind === "absent") return manifestUnknown(repository, reference);
  if (read.kind === "fault") return read.answer;
  const { body } = read.answer;
  const header = headerOf(read.answer);
  const mediaType = mediaTypeOf(read.answer);
  const got = { bytes: body, mediaType };
  const digest = header("docker-content-digest") ?? (method === "GET" ? digestOf(body) : undefined);
  if (digest !== undefined && tooFresh(plane, target, digest)) return badGateway();
  if (method === "GET") copyManifest(plane, rule, target, got);
  else if (importOnHead) copyManifest(plane, rule, target, undefined);
  const length = header("content-length");
  return {
    status: 200,
    headers: {
      "Content-Type": mediaType,
      "Docker-Distribution-Api-Version": "registry/2.0",
      "X-Azure-Origin": "upstream",
      ...(digest !== undefined && { "Docker-Content-Digest": digest, Etag: `"${digest}"` }),
      ...(method === "HEAD" && length !== undefined && { "Content-Length": length }),
    },
    body,
  };
}

/** GET and HEAD of a blob. One that is not stored yet comes from upstream; it is stored with its manifest, not by itself. */
export async function pullBlob(plane: Plane, target: Target): Promise<Answer> {
  const { repository, reference, call } = target;
  const held = plane.registry.storage.repositories.get(repository)?.blobs.get(reference);
  const headers = {
    "Content-Type": "application/octet-stream",
    "Docker-Content-Digest": reference,
    "Docker-Distribution-Api-Version": "registry/2.0",
  };
  if (held) return { status: 200, headers, body: held };
  const rule = plane.registry.ruleFor(repository);
  if (!rule) return blobUnknown(reference);
  injected(plane, target, rule);
  const method = call.method === "HEAD" ? "HEAD" : "GET";
  const read = await plane.source.read(rule, repository, method, `blobs/${reference}`);
  if (read.kind === "absent") return blobUnknown(reference);
  if (read.kind === "fault") return read.answer;
  const length = headerOf(read.answer)("content-length");
  return {
    status: 200,
    headers: {
      ...headers,
      "X-Azure-Origin": "upstream",
      ...(method === "HEAD" && length !== undefined && { "Content-Length": length }),
    },
    body: read.answer.body,
  };
}

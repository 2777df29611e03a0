import type { Answer } from "../service.ts";
import { manifestUnknown, notSupported, tagUnknown } from "./errors.ts";
import { isDigest } from "./manifest.ts";
import { type Plane, requireRepository, requireUnlocked, type Target, tell } from "./plane.ts";

const locks = ["deleteEnabled", "writeEnabled"] as const;

function noteDeleted({ registry, deletedTags }: Plane, repository: string, tag: string): void {
  if (registry.switches().unknownAfterDelete) deletedTags.add(`${repository}:${tag}`);
}

/** DELETE /acr/v1/{r}/_tags/{t}: untag. The manifest stays, and no event is raised (DOCS/webhook-reference). */
export function untag(plane: Plane, { repository, reference }: Target): Answer {
  const held = requireRepository(plane, repository);
  const tag = held.tags.get(reference);
  if (!tag) return tagUnknown(repository, reference);
  requireUnlocked([held, tag], ...locks);
  plane.registry.storage.untag(repository, reference);
  noteDeleted(plane, repository, reference);
  return { status: 202 };
}

/** DELETE /v2/{r}/manifests/{digest}: the manifest and every tag on it. A tag instead of a digest is refused. */
export function removeManifest(plane: Plane, { repository, reference }: Target): Answer {
  if (!isDigest(reference)) return notSupported();
  const held = requireRepository(plane, repository);
  const manifest = held.manifests.get(reference);
  if (!manifest) return manifestUnknown(repository, reference);
  const tags = [...manifest.tags];
  requireUnlocked([held, manifest, ...tags.map((tag) => held.tags.get(tag))], ...locks);
  const { mediaType, bytes } = manifest;
  plane.registry.storage.remove(repository, reference);
  for (const tag of tags) noteDeleted(plane, repository, tag);
  const gone = { repository, digest: reference, mediaType, size: bytes.length };
  tell(plane, { action: "delete", ...gone });
  return { status: 202 };
}

/** DELETE /acr/v1/{r}: everything, unless anything in it is locked. */
export function removeRepository(plane: Plane, repository: string): Answer {
  const held = requireRepository(plane, repository);
  const [tags, manifests] = [[...held.tags.entries()], [...held.manifests.entries()]];
  const things = [held, ...tags.map(([, tag]) => tag), ...manifests.map(([, one]) => one)];
  requireUnlocked(things, ...locks);
  plane.registry.storage.repositories.delete(repository);
  for (const [tag] of tags) noteDeleted(plane, repository, tag);
  for (const [digest, { mediaType, bytes }] of manifests)
    tell(plane, { action: "delete", repository, digest, mediaType, size: bytes.length });
  return {
    status: 202,
    body: {
      manifestsDeleted: manifests.map(([digest]) => digest),
      tagsDeleted: tags.map(([tag]) => tag),
    },
  };
}

import { mediaTypeOf } from "./headers.ts";
import { blobsOf, digestOf, isDigest, readManifest } from "./manifest.ts";
import { type Plane, repositoryOf, type Target, tell } from "./plane.ts";
import type { Rule } from "./rules.ts";
import { deletable } from "./storage.ts";

/** Bytes of a manifest as upstream sent them. */
interface Got {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/**
 * Promises the copy of a pulled manifest: an index alone, or an image with its config and layers.
 * The bytes that were proxied are stored, so the copy spends no pull of its own; without them it asks upstream.
 */
export function copyManifest(
  plane: Plane,
  rule: Rule,
  target: Pick<Target, "repository" | "reference">,
  got: Got | undefined,
): void {
  const { registry, imports } = plane;
  const switches = registry.switches();
  if (switches.import === "never") return;
  const key = `${target.repository} ${target.reference}`;
  imports.schedule(key, switches.importDelayMs, () => copy(plane, rule, target, got));
}

async function copy(
  plane: Plane,
  rule: Rule,
  { repository, reference }: Pick<Target, "repository" | "reference">,
  given: Got | undefined,
): Promise<void> {
  const got = given ?? (await fetchManifest(plane, rule, repository, reference));
  const manifest = got && readManifest(got.bytes);
  if (!got || !manifest) return;
  const blobs = await fetchBlobs(plane, rule, repository, blobsOf(manifest));
  if (!blobs) return;
  const tag = isDigest(reference) ? undefined : reference;
  const held = tag === undefined ? undefined : repositoryOf(plane, repository)?.tags.get(tag);
  if (held && !deletable(held)) return;
  const { storage } = plane.registry;
  for (const [digest, bytes] of blobs) storage.putBlob(repository, digest, bytes);
  const digest = storage.put(repository, { ...got, tag });
  announce(plane, { repository, digest, mediaType: got.mediaType, size: got.bytes.length }, tag);
}

/** An index is announced twice, tagged and untagged; an image once (facts/acr.md section 3: three events for a first multi-arch pull). */
function announce(
  plane: Plane,
  image: { repository: string; digest: string; mediaType: string; size: number },
  tag: string | undefined,
): void {
  const isIndex = /index|manifest\.list/.test(image.mediaType);
  if (tag !== undefined) tell(plane, { action: "push", ...image, tag });
  if (tag === undefined || isIndex) tell(plane, { action: "push", ...image });
}

async function fetchManifest(
  plane: Plane,
  rule: Rule,
  repository: string,
  reference: string,
): Promise<Got | undefined> {
  const read = await plane.source.read(rule, repository, "GET", `manifests/${reference}`);
  if (read.kind !== "found") return undefined;
  return { bytes: read.answer.body, mediaType: mediaTypeOf(read.answer) };
}

/** The blobs not held yet; undefined when one of them cannot be had or is not what its digest says. */
async function fetchBlobs(
  plane: Plane,
  rule: Rule,
  repository: string,
  wanted: readonly { readonly digest: string }[],
): Promise<Map<string, Buffer> | undefined> {
  const held = plane.registry.storage.repositories.get(repository)?.blobs;
  const got = new Map<string, Buffer>();
  for (const { digest } of wanted) {
    if (held?.has(digest)) continue;
    const read = await plane.source.read(rule, repository, "GET", `blobs/${digest}`);
    if (read.kind !== "found" || digestOf(read.answer.body) !== digest) return undefined;
    got.set(digest, read.answer.body);
  }
  return got;
}

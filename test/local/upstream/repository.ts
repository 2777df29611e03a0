import { createHash } from "node:crypto";
import { type Content, type Image, makeImage, type Recipe } from "./image.ts";
import type { Family } from "./media-types.ts";
import { usualPlatforms } from "./platform.ts";

/** One upstream repository with its tags and everything ever pushed to it. */
export interface Repository {
  /** In lexical order. */
  tags(): readonly string[];
  /** What a tag or digest names now. Old digests stay. */
  manifest(reference: string): Content | undefined;
  /** The manifest for a platform below an index that a tag names. */
  child(tag: string, platform: string): Content | undefined;
  blob(digest: string): Content | undefined;
  /** Moves or makes the tag; returns the digest it now names. */
  push(tag: string, platforms: readonly string[]): string;
  /** `{tag: digest}` of the tags whose images were made so far. */
  known(): Record<string, string>;
}

/*
 * Invented: what a repository holds before anybody pushes. Several tags share an image, as on
 * real registries, so that whoever deletes by digest loses more than one tag.
 */
const initialTags: Readonly<Record<string, readonly string[]>> = {
  "1.0.0": ["1.0", "1.0.0"],
  "1.1.0": ["1", "1.1", "1.1.0"],
  "2.0.0": ["2", "2.0", "2.0.0", "latest", "stable"],
  edge: ["edge"],
};

/**
 * A repository with the initial tags latest, stable, edge, 1, 1.0, 1.0.0, 1.1, 1.1.0, 2, 2.0, 2.0.0; images are made when asked for.
 * Invented: a name containing "single" holds single-platform images without an index; the media type
 * family comes from the name's hash unless the host has only one.
 */
export function repository(name: string, seed: string, onlyFamily?: Family): Repository {
  const family = onlyFamily ?? familyOf(name);
  const manifests = new Map<string, Content>();
  const blobs = new Map<string, Content>();
  const tags = new Map<string, () => Image>();
  const named = new Map<string, Image>();
  const pushes = new Map<string, number>();

  const remembered = (recipeName: string, platforms: readonly string[]) =>
    madeOnce(
      {
        label: `${seed} ${name}:${recipeName}`,
        platforms,
        family,
        single: name.includes("single"),
      },
      (image) => {
        for (const one of [image.top, ...image.manifests.values()]) manifests.set(one.digest, one);
        for (const one of image.blobs) blobs.set(one.digest, one);
      },
    );
  for (const [version, names] of Object.entries(initialTags)) {
    const image = remembered(`${version}#0`, usualPlatforms);
    for (const tag of names) tags.set(tag, image);
  }
  const imageOf = (tag: string) => {
    const image = tags.get(tag)?.();
    if (image) named.set(tag, image);
    return image;
  };
  // A digest may come from an earlier run of the same seed: make all images before saying no.
  const byDigest = (held: Map<string, Content>, digest: string) => {
    if (!held.has(digest)) for (const tag of tags.keys()) imageOf(tag);
    return held.get(digest);
  };
  return {
    tags: () => [...tags.keys()].sort(),
    manifest: (reference) =>
      reference.includes(":") ? byDigest(manifests, reference) : imageOf(reference)?.top,
    child: (tag, platform) => imageOf(tag)?.manifests.get(platform),
    blob: (digest) => byDigest(blobs, digest),
    push(tag, platforms) {
      imageOf(tag);
      const generation = (pushes.get(tag) ?? 0) + 1;
      pushes.set(tag, generation);
      const image = remembered(`${tag}#${generation}`, platforms);
      tags.set(tag, image);
      named.set(tag, image());
      return image().top.digest;
    },
    known: () => Object.fromEntries([...named].map(([tag, { top }]) => [tag, top.digest])),
  };
}

function madeOnce(recipe: Recipe, onMade: (image: Image) => void): () => Image {
  let image: Image | undefined;
  return () => {
    if (!image) {
      image = makeImage(recipe);
      onMade(image);
    }
    return image;
  };
}

function familyOf(name: string): Family {
  const [first = 0] = createHash("sha256").update(name).digest();
  return first % 2 === 0 ? "oci" : "docker";
}

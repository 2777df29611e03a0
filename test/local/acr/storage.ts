import { type Collection, collection, type Timed } from "./collection.ts";
import { digestOf } from "./manifest.ts";

/** ACR's "changeable attributes"; a false one is a lock. */
export interface Attributes {
  readonly deleteEnabled: boolean;
  readonly writeEnabled: boolean;
  readonly listEnabled: boolean;
  readonly readEnabled: boolean;
}

export interface Tag extends Timed {
  readonly digest: string;
  readonly attributes: Attributes;
  /** When it was last known to equal upstream. */
  readonly checkedAt: number;
}

export interface Manifest extends Timed {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly attributes: Attributes;
  readonly tags: Set<string>;
}

export interface Repository extends Timed {
  readonly attributes: Attributes;
  readonly tags: Collection<Tag>;
  readonly manifests: Collection<Manifest>;
  readonly blobs: Map<string, Buffer>;
}

interface NewManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly tag?: string | undefined;
}

/** The images of one registry, with no opinion on who may touch them. */
export interface Storage {
  readonly repositories: Collection<Repository>;
  /** Stores a manifest (and moves the tag to it), making the repository when needed. Returns its digest. */
  put(repository: string, manifest: NewManifest): string;
  putBlob(repository: string, digest: string, bytes: Buffer): void;
  /** Takes a tag off; its manifest stays. */
  untag(repository: string, tag: string): void;
  /** Removes a manifest and every tag on it; the repository goes with its last manifest. */
  remove(repository: string, digest: string): void;
}

const unlocked: Attributes = {
  deleteEnabled: true,
  writeEnabled: true,
  listEnabled: true,
  readEnabled: true,
};

/** Whether an attribute forbids deleting; either of two does (facts/acr.md section 2). */
export const deletable = ({ attributes }: { readonly attributes: Attributes }) =>
  attributes.deleteEnabled && attributes.writeEnabled;

/** An empty storage; times are taken from `now`, in milliseconds. */
export function storage(now: () => number): Storage {
  const repositories = collection<Repository>();
  const ensure = (name: string): Repository => {
    const found = repositories.get(name);
    if (found) return found;
    const at = now();
    const made: Repository = {
      createdAt: at,
      updatedAt: at,
      attributes: unlocked,
      tags: collection(),
      manifests: collection(),
      blobs: new Map(),
    };
    repositories.set(name, made);
    return made;
  };
  const pointTag = (repository: Repository, tag: string, digest: string, at: number): void => {
    const before = repository.tags.get(tag);
    if (before) repository.manifests.get(before.digest)?.tags.delete(tag);
    repository.manifests.get(digest)?.tags.add(tag);
    repository.tags.set(tag, {
      digest,
      createdAt: before?.createdAt ?? at,
      updatedAt: at,
      checkedAt: at,
      attributes: before?.attributes ?? unlocked,
    });
  };
  return {
    repositories,
    put(name, { bytes, mediaType, tag }) {
      const repository = ensure(name);
      const at = now();
      const digest = digestOf(bytes);
      const before = repository.manifests.get(digest);
      const tags = before?.tags ?? new Set<string>();
      const kept = { bytes, mediaType, tags, attributes: before?.attributes ?? unlocked };
      repository.manifests.set(digest, {
        ...kept,
        createdAt: before?.createdAt ?? at,
        updatedAt: at,
      });
      if (tag !== undefined) pointTag(repository, tag, digest, at);
      repositories.set(name, { ...repository, updatedAt: at });
      return digest;
    },
    putBlob: (name, digest, bytes) => void ensure(name).blobs.set(digest, bytes),
    untag(name, tag) {
      const repository = repositories.get(name);
      const held = repository?.tags.get(tag);
      if (!repository || !held) return;
      repository.manifests.get(held.digest)?.tags.delete(tag);
      repository.tags.delete(tag);
      repositories.set(name, { ...repository, updatedAt: now() });
    },
    remove(name, digest) {
      const repository = repositories.get(name);
      const held = repository?.manifests.get(digest);
      if (!repository || !held) return;
      for (const tag of held.tags) repository.tags.delete(tag);
      repository.manifests.delete(digest);
      if (repository.manifests.size === 0) repositories.delete(name);
      else repositories.set(name, { ...repository, updatedAt: now() });
    },
  };
}

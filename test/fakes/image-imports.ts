import type { Digest } from "../../src/domain/tag.ts";
import type { PullDoor } from "./image-pull.ts";
import type { Rule } from "./image-source.ts";
import { type ImageManifest, isDigest } from "./image-upstream.ts";

interface Waiting {
  readonly repository: string;
  readonly reference: string;
  readonly rule: Rule;
  readonly manifest: ImageManifest;
  readonly dueAt: number;
}

/** Copies that a registry promised and has not made yet, by the virtual clock. */
export interface ImageImports {
  /** One copy a reference at a time: the newest waiting one, when the first was due. */
  schedule(rule: Rule, repository: string, reference: string, manifest: ImageManifest): void;
  /** Makes the copies whose time has come, in the order they were due. */
  settle(): void;
  waiting(): readonly { readonly repository: string; readonly reference: string }[];
}

export interface Imported {
  readonly at: number;
  readonly repository: string;
  readonly reference: string;
  readonly digest: Digest;
}

/** As test/local/acr/copy.ts: an index is stored as it was proxied, an image only if upstream still gives its layers. */
export function imageImports(door: PullDoor, done: (one: Imported) => void): ImageImports {
  const waiting = new Map<string, Waiting>();
  const copy = ({ repository, reference, rule, manifest, dueAt }: Waiting) => {
    const { registry, source } = door;
    const isImage = manifest.children.length === 0;
    const layers = isImage && source.ask(rule, repository, manifest.digest, "HEAD").kind;
    const stored = registry.repositories.get(repository)?.manifests.has(manifest.digest);
    if (isImage && layers !== "found" && !stored) return;
    const tag = isDigest(reference) ? undefined : reference;
    if (tag !== undefined && registry.tag(repository, tag)?.locked) return;
    registry.put(repository, manifest, tag, dueAt);
    done({ at: dueAt, repository, reference, digest: manifest.digest });
  };
  return {
    schedule(rule, repository, reference, manifest) {
      const { import: mode, importDelaySeconds } = door.registry.switches();
      if (mode === "never") return;
      const key = `${repository} ${reference}`;
      const dueAt = waiting.get(key)?.dueAt ?? door.now() + importDelaySeconds * 1000;
      waiting.set(key, { repository, reference, rule, manifest, dueAt });
    },
    settle() {
      const due = [...waiting]
        .filter(([, { dueAt }]) => dueAt <= door.now())
        .sort(([, a], [, b]) => a.dueAt - b.dueAt);
      for (const [key, one] of due) {
        waiting.delete(key);
        copy(one);
      }
    },
    waiting: () =>
      [...waiting.values()].map(({ repository, reference }) => ({ repository, reference })),
  };
}

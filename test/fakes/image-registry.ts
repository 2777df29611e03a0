import type { Digest } from "../../src/domain/tag.ts";
import type { ImageManifest } from "./image-upstream.ts";

/**
 * How a registry behaves where the sources are silent or contradict each other: the switches of
 * test/local/acr/switches.ts that matter here, with its defaults.
 */
export interface RegistrySwitches {
  readonly tagMode: "refresh" | "sticky" | "fail";
  readonly tagTtlSeconds: number;
  readonly import: "late" | "never";
  readonly importDelaySeconds: number;
  readonly importOnHead: boolean;
  readonly staleIfError: boolean;
  readonly listing: "whole" | "partial";
  readonly unknownAfterDelete: boolean;
  readonly badGatewayAfterMoveSeconds: number;
  /** Does not answer at all. */
  readonly down: boolean;
  /** Answers 429 to everything. */
  readonly throttled: { readonly retryAfterSeconds?: number | undefined } | undefined;
}

const usualSwitches: RegistrySwitches = {
  tagMode: "refresh",
  tagTtlSeconds: 300,
  import: "late",
  importDelaySeconds: 0.3,
  importOnHead: false,
  staleIfError: true,
  listing: "whole",
  unknownAfterDelete: false,
  badGatewayAfterMoveSeconds: 0,
  down: false,
  throttled: undefined,
};

export interface HeldTag {
  readonly digest: Digest;
  readonly locked: boolean;
  /** Milliseconds since the epoch: when it was last known to equal upstream. */
  readonly checkedAt: number;
}

export interface HeldManifest extends ImageManifest {
  readonly locked: boolean;
}

export interface HeldRepository {
  readonly tags: Map<string, HeldTag>;
  readonly manifests: Map<Digest, HeldManifest>;
}

/** Images of one registry, with no opinion on who may touch them. */
export interface ImageRegistry {
  readonly repositories: Map<string, HeldRepository>;
  /** "repository:tag" of what was deleted while `unknownAfterDelete` was on. */
  readonly deletedTags: Set<string>;
  switches(): RegistrySwitches;
  configure(change: Partial<RegistrySwitches>): void;
  put(
    repository: string,
    manifest: ImageManifest,
    tag: string | undefined,
    checkedAt: number,
  ): void;
  /** What a tag is and whether it is locked, where the registry lists it. */
  tag(repository: string, tag: string): HeldTag | undefined;
  /** Removes a manifest and every tag on it; the repository goes with its last manifest. */
  remove(repository: string, digest: Digest): void;
}

export function imageRegistry(start: Partial<RegistrySwitches>): ImageRegistry {
  let switches = { ...usualSwitches, ...start };
  const repositories = new Map<string, HeldRepository>();
  return {
    repositories,
    deletedTags: new Set(),
    switches: () => switches,
    configure: (change) => {
      switches = { ...switches, ...change };
    },
    put(name, { digest, children }, tag, checkedAt) {
      const held = repositories.get(name) ?? { tags: new Map(), manifests: new Map() };
      repositories.set(name, held);
      const locked = held.manifests.get(digest)?.locked ?? false;
      held.manifests.set(digest, { digest, children, locked });
      if (tag === undefined) return;
      held.tags.set(tag, { digest, checkedAt, locked: held.tags.get(tag)?.locked ?? false });
    },
    tag: (name, tag) => repositories.get(name)?.tags.get(tag),
    remove(name, digest) {
      const held = repositories.get(name);
      if (!held) return;
      for (const tag of tagsOn(held, digest)) held.tags.delete(tag);
      held.manifests.delete(digest);
      if (held.manifests.size === 0) repositories.delete(name);
    },
  };
}

export function tagsOn({ tags }: HeldRepository, digest: Digest): readonly string[] {
  return [...tags].filter(([, held]) => held.digest === digest).map(([tag]) => tag);
}

/** Whether anything in a repository is locked, so that ACR refuses to delete it. */
export function anyLock({ tags, manifests }: HeldRepository): boolean {
  return [...tags.values(), ...manifests.values()].some(({ locked }) => locked);
}

import { createHash } from "node:crypto";
import type { Digest } from "../../src/domain/tag.ts";
import type { VirtualClock } from "./clock.ts";

/** An index with its children, or (no children) an image. */
export interface ImageManifest {
  readonly digest: Digest;
  readonly children: readonly { readonly digest: Digest; readonly platform: string }[];
}

/** How an upstream host is at the moment. */
export interface UpstreamHost {
  /** Does not answer at all. */
  readonly down: boolean;
  /** Answers 429 to everything. */
  readonly throttled: { readonly retryAfterSeconds?: number | undefined } | undefined;
  /** Says 404 of every tag, as GHCR does in a bad hour; digests are found. */
  readonly hidesTags: boolean;
  /** Pulls an account has in a window that opens with its first one; undefined: as many as it likes. */
  readonly limit: { readonly pulls: number; readonly windowSeconds: number } | undefined;
  readonly rateHeaders: "normal" | "absent" | "malformed";
  /** The only password it takes; undefined: any. */
  readonly password: string | undefined;
}

/** A push: which platforms there are, and which of them really are new builds (all, when absent). */
interface Push {
  /** "single": one image without an index. */
  readonly platforms?: readonly string[] | "single";
  /** The other platforms keep the child that the tag had before. */
  readonly changed?: readonly string[];
}

/**
 * What all upstream registries hold, by source ("docker.io/library/nginx"). Several image worlds may
 * stand on one. Old digests stay for good. Digests depend on the pushes alone, so that a run can be repeated.
 */
export interface ImageUpstream {
  /** Moves or makes a tag. */
  push(source: string, tag: string, what?: Push): ImageManifest;
  /** Moves a tag to a digest that the source has already: a rollback. */
  point(source: string, tag: string, digest: Digest): void;
  delete(source: string, tag: string): void;
  /** Names of a source's tags in order; undefined when nothing was ever pushed there. */
  tags(source: string): readonly string[] | undefined;
  /** What a tag or a digest names now. */
  find(source: string, reference: string): ImageManifest | undefined;
  /** Milliseconds since the epoch at which the tag came to name another digest than before, if it ever did. */
  movedAt(source: string, tag: string): number | undefined;
  host(name: string): UpstreamHost;
  configure(name: string, change: Partial<UpstreamHost>): void;
  /** `act` runs before anything here changes, so that what was due by then is done by then. */
  beforeChange(act: () => void): void;
}

interface Source {
  readonly tags: Map<string, { digest: Digest; movedAt: number | undefined }>;
  readonly manifests: Map<Digest, ImageManifest>;
  pushes: number;
}

const calm: UpstreamHost = {
  down: false,
  throttled: undefined,
  hidesTags: false,
  limit: undefined,
  rateHeaders: "normal",
  password: undefined,
};

const usualPlatforms = ["linux/amd64", "linux/arm64"];

export const isDigest = (reference: string) => reference.includes(":");

export function imageUpstream(clock: VirtualClock): ImageUpstream {
  const sources = new Map<string, Source>();
  const hosts = new Map<string, UpstreamHost>();
  const watchers: (() => void)[] = [];
  const changing = () => {
    for (const watcher of watchers) watcher();
  };
  const move = (held: Source, tag: string, digest: Digest) => {
    const before = held.tags.get(tag);
    if (before?.digest === digest) return;
    held.tags.set(tag, { digest, movedAt: before && clock.milliseconds() });
  };
  const find = (source: string, reference: string) => {
    const held = sources.get(source);
    const digest = isDigest(reference) ? reference : held?.tags.get(reference)?.digest;
    return digest === undefined ? undefined : held?.manifests.get(digest);
  };
  return {
    push(source, tag, what = {}) {
      changing();
      const held = sources.get(source) ?? { tags: new Map(), manifests: new Map(), pushes: 0 };
      sources.set(source, held);
      held.pushes += 1;
      const made = build(`${source}:${tag}#${held.pushes}`, what, find(source, tag));
      for (const { digest } of made.children) held.manifests.set(digest, { digest, children: [] });
      held.manifests.set(made.digest, made);
      move(held, tag, made.digest);
      return made;
    },
    point(source, tag, digest) {
      changing();
      const held = sources.get(source);
      if (!held?.manifests.has(digest)) throw new Error(`${source} never had ${digest}`);
      move(held, tag, digest);
    },
    delete(source, tag) {
      changing();
      sources.get(source)?.tags.delete(tag);
    },
    tags(source) {
      const held = sources.get(source);
      return held && [...held.tags.keys()].sort();
    },
    find,
    movedAt: (source, tag) => sources.get(source)?.tags.get(tag)?.movedAt,
    host: (name) => hosts.get(name) ?? calm,
    configure(name, change) {
      changing();
      hosts.set(name, { ...(hosts.get(name) ?? calm), ...change });
    },
    beforeChange: (act) => void watchers.push(act),
  };
}

function build(
  label: string,
  { platforms = usualPlatforms, changed }: Push,
  before: ImageManifest | undefined,
): ImageManifest {
  if (platforms === "single") return { digest: digestOf(label), children: [] };
  const children = platforms.map((platform) => {
    const kept = before?.children.find((child) => child.platform === platform);
    if (kept && changed && !changed.includes(platform)) return kept;
    return { platform, digest: digestOf(`${label} ${platform}`) };
  });
  return { digest: digestOf(label), children };
}

function digestOf(text: string): Digest {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

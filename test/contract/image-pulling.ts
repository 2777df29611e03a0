import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import type { ManifestContent, Pulled } from "../../src/domain/refresh-ports.ts";
import type { Digest } from "../../src/domain/tag.ts";
import { type ImageStage, importSeconds } from "./image-worlds.ts";

/** A stage with an image of its own for each test; tags are "latest" unless said otherwise. */
export interface Scene {
  readonly stage: ImageStage;
  repository(): string;
  /** From now on the image has no index. */
  single(): void;
  push(tag?: string, platforms?: readonly string[]): Digest;
  /** The tag, held and in its time. */
  cached(tag?: string): Promise<Digest>;
  /** As `pulledText`. */
  pull(reference?: string): Promise<string>;
  children(reference: string): Promise<ManifestContent["children"]>;
  /** Lets the time of every copy that was promised come. */
  imported(): void;
  listed(tag?: string): Promise<Digest | undefined>;
  holds(digest: Digest | undefined): Promise<boolean>;
  untag(tag?: string): Promise<"removed" | "absent" | "locked">;
}

/** "sha256:…", "sha256:… upstream", "absent" or "couldNotAsk". */
export function pulledText(pulled: Pulled): string {
  if (pulled.kind !== "answered") return pulled.kind;
  return `${pulled.digest}${pulled.fromUpstream ? " upstream" : ""}`;
}

/** Begins every test with the usual modes and no trouble. */
export function pulling(make: () => Promise<ImageStage>): Scene {
  let stage: ImageStage;
  let path = "";
  beforeAll(async () => {
    stage = await make();
  });
  afterAll(() => stage.close());
  beforeEach(({ task }) => {
    path = `team/${task.id.replaceAll(/[^a-z0-9]/g, "x")}`;
    stage.modes();
    stage.upstream("none");
  });
  const repository = () => `hub/${path}`;
  const get = (reference: string) => stage.pulls.get(stage.registry, repository(), reference);
  const pull = async (reference = "latest") => pulledText(await get(reference));
  const push = (tag = "latest", platforms?: readonly string[]) => stage.push(path, tag, platforms);
  const imported = () => stage.advance(importSeconds + 1);
  return {
    get stage() {
      return stage;
    },
    repository,
    single: () => {
      path = `${path}-single`;
    },
    push,
    async cached(tag) {
      const digest = push(tag);
      await pull(tag);
      imported();
      expect(await pull(tag)).toBe(digest);
      return digest;
    },
    pull,
    async children(reference) {
      const pulled = await get(reference);
      return pulled.kind === "answered" ? (pulled.content?.children ?? []) : [];
    },
    imported,
    listed: async (tag = "latest") =>
      (await stage.cache.tag(stage.registry, repository(), tag))?.digest,
    holds: async (digest = "") =>
      (await stage.cache.manifest(stage.registry, repository(), digest)) !== undefined,
    untag: (tag = "latest") => stage.cache.untag(stage.registry, repository(), tag),
  };
}

import { digestOf, layerWith } from "./layer.ts";
import { type Family, mediaTypes } from "./media-types.ts";
import { parsePlatform } from "./platform.ts";

/** A manifest, index, config or layer: bytes under their digest. */
export interface Content {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Buffer;
}

/** What a tag names (an index, or one manifest for a single-platform image) and all that hangs below it. */
export interface Image {
  readonly top: Content;
  /** Manifest per platform text; one entry, equal to `top`, when there is no index. */
  readonly manifests: ReadonlyMap<string, Content>;
  readonly blobs: readonly Content[];
}

export interface Recipe {
  /** Goes into every layer; the same recipe gives the same digests, in any process. */
  readonly label: string;
  readonly platforms: readonly string[];
  readonly family: Family;
  /** Without an index: the first platform's manifest is what the tag names. */
  readonly single: boolean;
}

const made = "2026-01-01T00:00:00Z";

/** Makes the image of a recipe: real gzip layers, configs, manifests and (unless single) an index. */
export function makeImage(recipe: Recipe): Image {
  const wanted = recipe.single ? recipe.platforms.slice(0, 1) : recipe.platforms;
  const parts = wanted.map((platform) => ({ platform, ...platformImage(recipe, platform) }));
  const manifests = new Map(parts.map(({ platform, manifest }) => [platform, manifest]));
  const blobs = parts.flatMap(({ config, layer }) => [config, layer]);
  const [first] = parts;
  if (!first) throw new Error(`an image needs a platform: ${recipe.label}`);
  if (recipe.single) return { top: first.manifest, manifests, blobs };
  const types = mediaTypes[recipe.family];
  const top = json(types.index, {
    schemaVersion: 2,
    mediaType: types.index,
    manifests: parts.map(({ platform, manifest }) => ({
      ...descriptor(manifest),
      platform: parsePlatform(platform),
    })),
  });
  return { top, manifests, blobs };
}

function platformImage(recipe: Recipe, text: string) {
  const types = mediaTypes[recipe.family];
  const { bytes, diffId } = layerWith("etc/image", `${recipe.label} ${text}\n`);
  const layer = content(types.layer, bytes);
  const config = json(types.config, {
    ...parsePlatform(text),
    created: made,
    config: { Labels: { "org.opencontainers.image.title": recipe.label } },
    rootfs: { type: "layers", diff_ids: [diffId] },
    history: [{ created: made, created_by: "larder stand-in" }],
  });
  const manifest = json(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptor(config),
    layers: [descriptor(layer)],
  });
  return { layer, config, manifest };
}

function content(mediaType: string, bytes: Buffer): Content {
  return { mediaType, bytes, digest: digestOf(bytes) };
}

function json(mediaType: string, value: unknown): Content {
  return content(mediaType, Buffer.from(JSON.stringify(value)));
}

function descriptor({ mediaType, digest, bytes }: Content) {
  return { mediaType, digest, size: bytes.length };
}

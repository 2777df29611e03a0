import { hash } from "node:crypto";
import { layerWith } from "../local/upstream/layer.ts";
import { mediaTypes } from "../local/upstream/media-types.ts";
import { parsePlatform } from "../local/upstream/platform.ts";
import { platforms } from "./workload.ts";

/** Bytes under their digest. */
export interface Content {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Buffer;
}

/** An index and the manifest of every platform in it. */
export interface Image {
  readonly index: Content;
  readonly children: readonly Content[];
}

const types = mediaTypes.oci;

function content(mediaType: string, given: Buffer | object): Content {
  const bytes = Buffer.isBuffer(given) ? given : Buffer.from(JSON.stringify(given));
  return { mediaType, bytes, digest: `sha256:${hash("sha256", bytes, "hex")}` };
}

const descriptor = ({ mediaType, digest, bytes }: Content) => ({
  mediaType,
  digest,
  size: bytes.length,
});

/** Config and layer of every platform: shared by all images of a repository, as most layers really are. */
export function sharedBlobs(repository: string) {
  return platforms.map((platform) => {
    const { bytes, diffId } = layerWith("etc/image", `${repository} ${platform}\n`);
    const rootfs = { type: "layers", diff_ids: [diffId] };
    const config = content(types.config, { ...parsePlatform(platform), config: {}, rootfs });
    return { platform, config, layer: content(types.layer, bytes) };
  });
}

/** An image unlike any other: `label` stands in every manifest. */
export function image(blobs: ReturnType<typeof sharedBlobs>, label: string): Image {
  const annotations = { "org.opencontainers.image.ref.name": label };
  const parts = blobs.map(({ platform, config, layer }) => {
    const document = {
      schemaVersion: 2,
      mediaType: types.manifest,
      config: descriptor(config),
      layers: [descriptor(layer)],
      annotations,
    };
    return { platform: parsePlatform(platform), child: content(types.manifest, document) };
  });
  const index = content(types.index, {
    schemaVersion: 2,
    mediaType: types.index,
    manifests: parts.map(({ platform, child }) => ({ ...descriptor(child), platform })),
    annotations,
  });
  return { index, children: parts.map(({ child }) => child) };
}

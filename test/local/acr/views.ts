import { z } from "zod";
import { blobsOf, readManifest } from "./manifest.ts";
import type { Plane } from "./plane.ts";
import type { Attributes, Manifest, Repository, Tag } from "./storage.ts";

/** ACR writes times with seven decimals and Z; RFC 3339 readers take any number. */
const time = (ms: number) => new Date(ms).toISOString().replace("Z", "0000Z");

/** Whether a thing is shown in lists. */
export const visible = ({ attributes }: { readonly attributes: Attributes }) =>
  attributes.listEnabled;

/** A repository as GET /acr/v1/{r} shows it. */
export function repositoryView({ registry }: Plane, name: string, held: Repository) {
  return {
    registry: registry.loginServer(),
    imageName: name,
    createdTime: time(held.createdAt),
    lastUpdateTime: time(held.updatedAt),
    manifestCount: held.manifests.size,
    tagCount: held.tags.size,
    changeableAttributes: { ...held.attributes, teleportEnabled: false },
  };
}

/** A tag as a page of _tags shows it. */
export function tagView(name: string, { digest, createdAt, updatedAt, attributes }: Tag) {
  return {
    name,
    digest,
    createdTime: time(createdAt),
    lastUpdateTime: time(updatedAt),
    signed: false,
    changeableAttributes: attributes,
  };
}

const platform = z.object({ architecture: z.string(), os: z.string() });

/** A manifest as a page of _manifests shows it; platform from the image's config, when that is stored. */
export function manifestView(held: Repository, digest: string, one: Manifest) {
  const manifest = readManifest(one.bytes);
  const sizes = manifest ? blobsOf(manifest).map(({ size }) => size ?? 0) : [];
  const config = manifest?.config && held.blobs.get(manifest.config.digest);
  const references = manifest?.manifests?.map((child) => ({
    digest: child.digest,
    architecture: child.platform?.architecture,
    os: child.platform?.os,
  }));
  return {
    digest,
    imageSize: sizes.reduce((sum, size) => sum + size, 0),
    createdTime: time(one.createdAt),
    lastUpdateTime: time(one.updatedAt),
    ...platformOf(config),
    mediaType: one.mediaType,
    ...(manifest?.config?.mediaType && { configMediaType: manifest.config.mediaType }),
    ...(references && { references }),
    ...(one.tags.size > 0 && { tags: [...one.tags].sort() }),
    changeableAttributes: one.attributes,
  };
}

function platformOf(config: Buffer | undefined) {
  if (!config) return {};
  try {
    return platform.parse(JSON.parse(config.toString("utf8")));
  } catch {
    return {};
  }
}

import type { WantedPlatforms } from "./refresh-policy.ts";
import type { ManifestContent } from "./refresh-ports.ts";
import type { Digest } from "./tag.ts";

/** Manifests of an index to bring along, with their platforms. */
export interface ChosenPlatforms {
  readonly digests: readonly Digest[];
  /** Their platforms, as the index names them. */
  readonly platforms: readonly string[];
  /** Wanted, and not in the index. */
  readonly missing: readonly string[];
}

/** Attestations that buildx puts beside the images of an index. */
const attestation = "unknown/unknown";

/**
 * What of an index is wanted: the listed platforms (without a variant, every variant counts), or all;
 * all, too, where it has none of those that are listed, because an index alone serves nobody.
 * An image that is no index has nothing to bring along.
 */
export function choosePlatforms(
  content: ManifestContent,
  wanted: Exclude<WantedPlatforms, "cached">,
): ChosenPlatforms {
  const { children } = content;
  const listed =
    wanted === "all"
      ? children
      : children.filter(({ platform }) => wanted.some((one) => covers(one, platform)));
  const chosen = listed.length > 0 ? listed : children;
  const platforms = [...new Set(chosen.map(({ platform }) => platform))];
  const missing =
    wanted === "all" || children.length === 0
      ? []
      : wanted.filter((one) => !children.some(({ platform }) => covers(one, platform)));
  const digests = [...new Set(chosen.map(({ digest }) => digest))];
  return { digests, platforms: platforms.filter((one) => one !== attestation), missing };
}

function covers(wanted: string, platform: string): boolean {
  return `${platform}/`.startsWith(`${wanted}/`) || `${wanted}/`.startsWith(`${platform}/`);
}

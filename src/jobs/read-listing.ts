import type { RepositoryState } from "../domain/tag.ts";
import { plusSeconds } from "../domain/time.ts";
import type { Site } from "./refresh-site.ts";

/** What is said while a longer list is still being read. */
export const unread = "the list of tags has not been read to its end yet.";

/** Seconds a finished list counts for, at least. */
const goodFor = 86_400;

/**
 * Whether the tags were listed completely: as many as the registry itself counts, out of a whole
 * catalog (Azure/acr#875: lists have ended early without a word). Undefined while that is not known.
 */
export async function readListing(site: Site): Promise<RepositoryState["listing"]> {
  const { ports, registry, repository, desk, policy, listed } = site;
  const now = ports.ambient.now();
  if (listed === undefined) {
    const known = desk.state().listing;
    const oldest = plusSeconds(now, -Math.max(goodFor, 2 * policy.everySeconds));
    return known && known.at >= oldest ? known : undefined;
  }
  const counts = await ports.cache.counts(registry, repository);
  const counted = counts?.tags ?? 0;
  const complete = listed === counted && !site.partialCatalog;
  const message = site.partialCatalog
    ? "the registry's catalog was not listed completely, so its lists are not to be trusted now."
    : `${listed} tags were listed, where the registry counts ${counted}.`;
  const listing = { complete, message, at: now };
  await desk.write({ listing });
  site.listed = undefined;
  return listing;
}

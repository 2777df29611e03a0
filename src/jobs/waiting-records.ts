import type { Ports } from "../domain/ports.ts";
import type { TagRecord } from "../domain/tag.ts";

/** More records than this are not looked through in one go; what lies beyond comes soon after. */
export const mostWaiting = 20_000;

/** Every record of a repository that waits for a look, at most `mostWaiting`. */
export function waitingRecords(
  ports: Pick<Ports, "tags">,
  registry: string,
  repository: string,
): Promise<readonly TagRecord[]> {
  return ports.tags.due(registry, repository, "9999-12-31T23:59:59.999Z", mostWaiting);
}

/** A tag that Larder untagged, or is just about to, and that was not seen to be back. */
export const isAway = ({ step }: TagRecord) => step?.kind === "purging";

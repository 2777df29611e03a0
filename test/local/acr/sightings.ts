import { isDigest } from "./manifest.ts";
import { type Plane, repositoryOf, type Target } from "./plane.ts";

/** What upstream last had under a tag, and when it was first seen to differ from what it had before. */
export interface Sighting {
  readonly digest: string;
  readonly movedAt: number | undefined;
}

/** Whether upstream moved the tag to this digest so lately that the registry cannot serve it (acr#876). */
export function tooFresh(plane: Plane, { repository, reference }: Target, digest: string): boolean {
  if (isDigest(reference)) return false;
  const { registry, clock, sightings } = plane;
  const key = `${repository}:${reference}`;
  const held = repositoryOf(plane, repository);
  const known = { digest: held?.tags.get(reference)?.digest ?? digest, movedAt: undefined };
  const before: Sighting = sightings.get(key) ?? known;
  const movedAt = before.digest === digest ? before.movedAt : clock.now();
  sightings.set(key, { digest, movedAt });
  if (movedAt === undefined || held?.manifests.get(digest)) return false;
  return clock.now() < movedAt + registry.switches().badGatewayAfterMoveSeconds * 1000;
}

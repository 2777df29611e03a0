import type { Happening } from "../fakes/image-log.ts";
import type { ImageManifest } from "../fakes/image-upstream.ts";
import { type RepositoryName, sources } from "./refresh-days.ts";
import { isKept, type RefreshWorld, registry, teamRule } from "./refresh-world.ts";

/** How long a list that was complete counts for, with what a message takes. */
const listingSeconds = 86_400 + 600;

type Untag = Extract<Happening, { kind: "untag" }>;

/**
 * Which guard of DESIGN section 6.5 did not hold when Larder untagged a tag, seen with the world's own
 * eyes; undefined: all did. Where the world changed while the worker was on its way, only what Larder
 * must know for itself is judged.
 */
export function untagFault(
  world: RefreshWorld,
  { repository, tag, digest, at }: Untag,
): string | undefined {
  const { ports, day, disturbed } = world;
  const { upstream } = ports.world;
  if (!isKept(tag)) return "its policy does not match the tag";
  if (world.pinned.has(`${repository}:${tag}`)) return "it was pinned";
  if (!ports.refreshSettings.purge) return "purging was switched off";
  if (disturbed) return undefined;
  const source = sources[repository as RepositoryName];
  const to = upstream.find(source, tag);
  const { down, throttled, hidesTags } = upstream.host("docker.io");
  if (down || throttled || hidesTags || !to) return "upstream did not answer";
  if (to.digest === digest) return "it was fresh";
  const missing = notHeld(world, repository, to, digest);
  if (missing.length > 0) return `not held: ${missing.join(", ")}`;
  if (ports.sets.find(registry, "docker-hub")?.health.status !== "Healthy")
    return "the credential set was not healthy";
  if (
    repository.startsWith("team/") &&
    !ports.arm.live(registry).some(({ name }) => name === teamRule.name)
  )
    return "ARM did not have the rule";
  const { partialSince = Number.POSITIVE_INFINITY } = world;
  if (Date.parse(at) - partialSince > listingSeconds * 1000) return "no list was complete any more";
  const seconds = (Date.parse(at) - (upstream.movedAt(source, tag) ?? 0)) / 1000;
  if (day.policy.minimumAge !== undefined && seconds < 3 * 3600)
    return `it was still cooling, ${seconds} s after the move`;
  const hour = Number(at.slice(11, 13));
  if (day.policy.window && !world.asked && hour >= 6 && hour < 22) return "the window was closed";
  return undefined;
}

/** Wanted of the new manifest, and not in the registry. */
export function notHeld(
  { ports, day }: RefreshWorld,
  repository: string,
  to: ImageManifest,
  from: string | undefined,
): readonly string[] {
  const held = ports.world.images(registry).repositories.get(repository)?.manifests;
  const { platforms = "cached" } = day.policy;
  const before = from === undefined ? undefined : held?.get(from);
  const wanted =
    platforms === "all"
      ? to.children.map(({ platform }) => platform)
      : platforms === "cached"
        ? (before?.children ?? []).filter((one) => held?.has(one.digest)).map((one) => one.platform)
        : platforms;
  const digests = [
    to.digest,
    ...to.children.filter((one) => wanted.includes(one.platform)).map((one) => one.digest),
  ];
  return digests.filter((one) => held?.has(one) !== true);
}

import type { TagChange } from "../../src/domain/refresh-ports.ts";
import type { Happening } from "../fakes/image-log.ts";
import type { CanPull } from "../fakes/image-world.ts";
import { type RepositoryName, repositoryNames, sources, tagNames } from "./refresh-days.ts";
import { untagFault } from "./refresh-guards.ts";
import { reserveWatch } from "./refresh-reserve.ts";
import { lostTags } from "./refresh-retention.ts";
import { isKept, type RefreshWorld, registry, working } from "./refresh-world.ts";

/** A tag that Larder untagged, until it can be pulled again. */
interface Window {
  readonly untaggedAt: number;
  /** Why it could not be pulled when it could not. */
  readonly causes: Set<string>;
}

/** What a day came to. */
export interface Watch {
  /** What must never happen, and did. */
  readonly faults: string[];
  /** Seconds from an untag until the tag could be pulled again, where it could not for a moment, with the causes. */
  readonly windows: { readonly seconds: number; readonly causes: string }[];
  readonly counts: {
    calls: number;
    untags: number;
    touches: number;
    removals: number;
    mostAway: number;
  };
  /** Looks at everything; runs by itself after every call of a port. */
  look(call?: string): void;
}

/** Watches a world from now on. */
export function watchWorld(world: RefreshWorld): Watch {
  const { ports, twin } = world;
  const images = ports.world;
  const open = new Map<string, Window>();
  const faults: string[] = [];
  const windows: { seconds: number; causes: string }[] = [];
  const counts = { calls: 0, untags: 0, touches: 0, removals: 0, mostAway: 0 };
  const lost = lostTags(world);
  const budget = reserveWatch(world);
  let read = 0;

  const judge = (one: Happening, call: string | undefined) => {
    const image = "tag" in one ? `${one.repository}:${one.tag}` : one.repository;
    if (one.kind === "untag") {
      counts.untags += 1;
      const fault = untagFault(world, one);
      if (fault !== undefined) faults.push(`${image} untagged (${call ?? ""}): ${fault}`);
      open.set(image, { untaggedAt: Date.parse(one.at), causes: new Set() });
    }
    if (one.kind === "removeManifest") {
      counts.removals += 1;
      const fault = lost.removalFault(one);
      if (fault !== undefined) faults.push(`${one.repository}@${one.digest} removed: ${fault}`);
    }
    if (one.kind === "pull" && one.by === "larder" && !one.reference.includes(":")) {
      counts.touches += 1;
      if (!isKept(one.reference)) faults.push(`${image}:${one.reference} pulled by Larder`);
    }
    if (one.kind === "upstreamPull") {
      const fault = budget.fault(one);
      if (fault !== undefined) faults.push(`${one.repository} pulled (${call ?? ""}): ${fault}`);
    }
  };
  const look = (call?: string) => {
    images.images(registry);
    for (const one of images.log.slice(read)) judge(one, call);
    read = images.log.length;
    lost.look();
    let away = 0;
    for (const repository of repositoryNames)
      for (const tag of tagNames) if (isAway(repository, tag)) away += 1;
    counts.mostAway = Math.max(counts.mostAway, away);
  };
  const isAway = (repository: RepositoryName, tag: string): boolean => {
    const image = `${repository}:${tag}`;
    const ours = images.canPull(registry, repository, tag);
    const window = open.get(image);
    const theirs = twin.canPull(registry, repository, tag);
    if (ours.kind === "served" || theirs.kind !== "served") {
      const listed = images.images(registry).tag(repository, tag) !== undefined;
      if (!window || (ours.kind !== "served" && !listed)) return false;
      if (window.causes.size > 0) {
        const seconds = (ports.clock.milliseconds() - window.untaggedAt) / 1000;
        windows.push({ seconds, causes: [...window.causes].sort().join(", ") });
        window.causes.clear();
      }
      if (listed) open.delete(image);
      return false;
    }
    // Listed and not served: so the registry treats what is in it (strict, failing), with Larder or without.
    if (ours.despite !== undefined) return false;
    if (window) window.causes.add(causeOf(world, repository, tag, ours));
    else if (twin.images(registry).tag(repository, tag))
      faults.push(`${image} cannot be pulled (${text(ours)}), and Larder did not untag it`);
    return window !== undefined;
  };
  ports.interruptions.watch((call, parameters, answer) => {
    counts.calls += 1;
    if (working.getStore()?.dryRun === true && isChange(call, parameters))
      faults.push(`${call} in a dry run`);
    if (call === "upstreams.head") budget.read(answer);
    look(call);
  });
  return { faults, windows, counts, look };
}

function isChange(call: string, parameters: readonly unknown[]): boolean {
  if (/^(pulls\.|cache\.(untag|remove)|cacheRuleWriter|repositories\.remove)/.test(call))
    return true;
  if (call !== "tags.write") return false;
  const { put, remove, superseded } = parameters[0] as TagChange;
  return [put, remove, superseded].some((rows) => (rows?.length ?? 0) > 0);
}

const text = (answer: Exclude<CanPull, { kind: "served" }>) =>
  answer.kind === "absent" ? "absent" : String(answer.status);

/** What of the world keeps an untagged tag from being pulled; "nothing" would be Larder's own fault. */
function causeOf(
  { ports }: RefreshWorld,
  repository: RepositoryName,
  tag: string,
  answer: Exclude<CanPull, { kind: "served" }>,
): string {
  const host = ports.world.upstream.host("docker.io");
  const { registry: images } = { registry: ports.world.images(registry) };
  const { unknownAfterDelete } = images.switches();
  if (unknownAfterDelete && images.deletedTags.has(`${repository}:${tag}`))
    return "registry forgets";
  if (images.switches().down || images.switches().throttled) return "registry down";
  if (host.down || host.throttled || host.hidesTags) return "upstream trouble";
  if (!ports.world.upstream.find(sources[repository], tag)) return "gone upstream";
  if (answer.kind === "refused" && answer.status === 401) return "login refused";
  if (answer.kind === "refused" && answer.status === 429) return "account's limit";
  if (answer.kind === "refused" && answer.status === 502) return "moved again just now";
  return "nothing";
}

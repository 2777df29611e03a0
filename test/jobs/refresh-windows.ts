import type { Happening } from "../fakes/image-log.ts";
import { accountOf } from "../fakes/image-meter.ts";
import type { CanPull } from "../fakes/image-world.ts";
import { type RepositoryName, repositoryNames, sources, tagNames } from "./refresh-days.ts";
import { type RefreshWorld, registry } from "./refresh-world.ts";

type Untag = Extract<Happening, { kind: "untag" }>;
type NotServed = Exclude<CanPull, { kind: "served" }>;

/** A time in which a tag that Larder untagged could not be pulled for a moment at least, and why not. */
interface Outage {
  /** From the untag until the tag could be pulled again. */
  readonly seconds: number;
  readonly causes: string;
}

/** A tag that Larder untagged, until the registry lists it again. */
interface Open {
  readonly untaggedAt: number;
  readonly digest: string;
  readonly causes: Set<string>;
}

/** The windows that Larder opens by untagging. */
export interface Windows {
  readonly outages: readonly Outage[];
  /** Seconds from an untag until the registry listed the tag again. */
  readonly unlisted: readonly number[];
  opened(untag: Untag): void;
  /** Compares every tag with the twin. Answers how many cannot be pulled because Larder untagged them. */
  look(fault: (message: string) => void): number;
}

export function watchWindows(world: RefreshWorld): Windows {
  const { ports, twin } = world;
  const images = ports.world;
  const open = new Map<string, Open>();
  const outages: Outage[] = [];
  const unlisted: number[] = [];
  const since = ({ untaggedAt }: Open) => (ports.clock.milliseconds() - untaggedAt) / 1000;
  const back = (image: string, window: Open, listed: boolean) => {
    const causes = [...window.causes].sort().join(", ");
    if (causes) outages.push({ seconds: since(window), causes });
    window.causes.clear();
    if (!listed) return;
    unlisted.push(since(window));
    open.delete(image);
  };
  const isAway = (repository: RepositoryName, tag: string, fault: (message: string) => void) => {
    const image = `${repository}:${tag}`;
    const window = open.get(image);
    const ours = images.canPull(registry, repository, tag);
    const listed = images.images(registry).tag(repository, tag) !== undefined;
    if (window && (listed || ours.kind === "served")) back(image, window, listed);
    // What the registry lists and does not serve it treats as it likes, with Larder or without.
    if (ours.kind === "served" || listed) return false;
    if (twin.canPull(registry, repository, tag).kind !== "served") return false;
    if (!window && !twin.images(registry).tag(repository, tag)) return false;
    // Never cached here: the account's limit, of which Larder may spend all but its reserve, came first.
    if (!window && images.meter.left("docker.io", accountOf("larderbot")) === 0) return false;
    if (!window) fault(`${image} cannot be pulled, and Larder did not untag it`);
    else if (images.canPull(registry, repository, window.digest).kind === "absent")
      fault(`${image} cannot be pulled, and not by digest either`);
    window?.causes.add(causeOf(world, repository, tag, ours));
    return true;
  };
  return {
    outages,
    unlisted,
    opened: ({ repository, tag, digest, at }) =>
      void open.set(`${repository}:${tag}`, {
        untaggedAt: Date.parse(at),
        digest,
        causes: new Set(),
      }),
    look: (fault) =>
      repositoryNames.reduce(
        (sum, repository) => sum + tagNames.filter((tag) => isAway(repository, tag, fault)).length,
        0,
      ),
  };
}

/** What of the world keeps an untagged tag from being pulled; "nothing" would be Larder's own fault. */
function causeOf(
  { ports }: RefreshWorld,
  repository: RepositoryName,
  tag: string,
  answer: NotServed,
): string {
  const { upstream } = ports.world;
  const { down, throttled, hidesTags } = upstream.host("docker.io");
  const images = ports.world.images(registry);
  const switches = images.switches();
  if (switches.down || switches.throttled) return "the registry is down";
  if (switches.unknownAfterDelete && images.deletedTags.has(`${repository}:${tag}`))
    return "the registry forgets";
  if (down || throttled || hidesTags) return "upstream is down";
  if (repository !== "nginx" && ports.arm.live(registry).length < 2) return "the rule is gone";
  if (!upstream.find(sources[repository], tag)) return "it is gone upstream";
  if (answer.kind === "absent") return "nothing";
  const known: Record<number, string> = {
    401: "the login is refused",
    429: "the account's limit is used up",
    502: "it moved again just now",
  };
  return known[answer.status] ?? "nothing";
}

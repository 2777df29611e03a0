import type { Happening } from "../fakes/image-log.ts";
import { type RefreshWorld, registry } from "./refresh-world.ts";

type Removal = Extract<Happening, { kind: "removeManifest" }>;

/** The policy of every day keeps superseded manifests for a day. */
const keptSeconds = 86_400;
/** What Larder saw as superseded when its message began may have kept its tag until that ended. */
const messageSeconds = 600;

/** Knows when each digest lost its last tag. */
export interface LostTags {
  look(): void;
  /** Why a removal by Larder was wrong; undefined: it was right. */
  removalFault(removal: Removal): string | undefined;
}

export function lostTags({ ports }: RefreshWorld): LostTags {
  const lostAt = new Map<string, number>();
  let tagged = new Set<string>();
  const held = () => [...ports.world.images(registry).repositories];
  return {
    look() {
      const now = new Set(
        held().flatMap(([repository, { tags }]) =>
          [...tags.values()].map(({ digest }) => `${repository}@${digest}`),
        ),
      );
      for (const image of tagged)
        if (!now.has(image))
          lostAt.set(image, lastChange(ports.world.log) ?? ports.clock.milliseconds());
      for (const image of now) lostAt.delete(image);
      tagged = now;
    },
    removalFault({ repository, digest, tags, at }) {
      if (tags.length > 0) return `it had the tags ${tags.join(", ")}`;
      const rest =
        ports.world.images(registry).repositories.get(repository)?.manifests ?? new Map();
      for (const one of rest.values())
        if (one.children.some((child: { digest: string }) => child.digest === digest))
          return `${one.digest} needs it`;
      const since = lostAt.get(`${repository}@${digest}`);
      const seconds = since === undefined ? undefined : (Date.parse(at) - since) / 1000;
      if (seconds !== undefined && seconds < keptSeconds - messageSeconds)
        return `it lost its tag ${seconds} s before`;
      return undefined;
    },
  };
}

/** When a tag last came or went: copies are made by the clock, and seen later. */
function lastChange(log: readonly Happening[]): number | undefined {
  const last = log.findLast(({ kind }) => kind === "import" || kind === "untag");
  return last && Date.parse(last.at);
}

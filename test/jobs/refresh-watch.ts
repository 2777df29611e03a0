import type { TagChange } from "../../src/domain/refresh-ports.ts";
import type { Happening } from "../fakes/image-log.ts";
import { untagFault } from "./refresh-guards.ts";
import { type ReserveWatch, reserveWatch } from "./refresh-reserve.ts";
import { type LostTags, lostTags } from "./refresh-retention.ts";
import { type Windows, watchWindows } from "./refresh-windows.ts";
import { isKept, type RefreshWorld, registry, working } from "./refresh-world.ts";

/** What a day came to. */
export interface Watch {
  /** What must never happen, and did. */
  readonly faults: readonly string[];
  readonly windows: Pick<Windows, "outages" | "unlisted">;
  readonly counts: {
    calls: number;
    untags: number;
    /** GET and HEAD by tag. */
    pulls: number;
    removals: number;
    /** Tags that could not be pulled at one time because Larder untagged them. */
    mostAway: number;
  };
  /** Looks at everything; runs by itself after every call of a port. */
  look(call?: string): void;
}

/** Watches a world from now on. */
export function watchWorld(world: RefreshWorld): Watch {
  const { ports, twin } = world;
  const { log } = ports.world;
  const faults: string[] = [];
  const fault = (message: string) => void faults.push(message);
  const counts = { calls: 0, untags: 0, pulls: 0, removals: 0, mostAway: 0 };
  const windows = watchWindows(world);
  const lost = lostTags(world);
  const budget = reserveWatch(world);
  const judge = judgeOf(world, { windows, lost, budget, counts });
  let read = 0;
  let seen = "";
  const look = (call = "") => {
    ports.world.images(registry);
    const now = [ports.clock.milliseconds(), log.length, twin.log.length, world.changes].join();
    if (now === seen) return;
    seen = now;
    for (const one of log.slice(read)) {
      const message = judge(one);
      if (message !== undefined) fault(`${describe(one)} (${call}): ${message}`);
    }
    read = log.length;
    lost.look();
    counts.mostAway = Math.max(counts.mostAway, windows.look(fault));
  };
  ports.interruptions.watch((call, parameters, answer) => {
    counts.calls += 1;
    const dryRun = working.getStore()?.dryRun === true;
    if (dryRun && isChange(call, parameters)) fault(`${call} in a dry run`);
    if (call === "upstreams.head") budget.read(answer);
    look(call);
  });
  return { faults, windows, counts, look };
}

interface Judges {
  readonly windows: Windows;
  readonly lost: LostTags;
  readonly budget: ReserveWatch;
  readonly counts: Watch["counts"];
}

/** Why a happening must not be; undefined: it may. */
function judgeOf(world: RefreshWorld, { windows, lost, budget, counts }: Judges) {
  return (one: Happening): string | undefined => {
    switch (one.kind) {
      case "untag":
        counts.untags += 1;
        windows.opened(one);
        return untagFault(world, one);
      case "removeManifest":
        counts.removals += 1;
        return lost.removalFault(one);
      case "pull":
        if (one.by !== "larder" || one.reference.includes(":")) return undefined;
        counts.pulls += 1;
        return isKept(one.reference) ? undefined : "its policy does not match the tag";
      case "upstreamPull":
        return budget.fault(one);
      case "import":
        return undefined;
    }
  };
}

function describe(one: Happening): string {
  const what = "tag" in one ? one.tag : "reference" in one ? one.reference : "";
  return `${one.kind} ${one.repository} ${what}`;
}

function isChange(call: string, parameters: readonly unknown[]): boolean {
  if (/^(pulls\.|cache\.(untag|remove)|cacheRuleWriter|repositories\.remove)/.test(call))
    return true;
  if (call !== "tags.write") return false;
  const { put, remove, superseded } = parameters[0] as TagChange;
  return [put, remove, superseded].some((rows) => (rows?.length ?? 0) > 0);
}

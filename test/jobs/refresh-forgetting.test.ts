import { describe, expect, it } from "vitest";
import { happen, sweepAndWork } from "./refresh-acts.ts";
import type { Day } from "./refresh-days.ts";
import { watchWorld } from "./refresh-watch.ts";
import { refreshWorld } from "./refresh-world.ts";

/* Azure/acr#765 as a whole: tags that are never looked at again, and manifest unknown once they are deleted. */

const stubborn: Day["modes"] = {
  tagMode: "sticky",
  importDelaySeconds: 0.3,
  unknownAfterDelete: true,
  staleIfError: true,
};

describe("a registry that forgets what was deleted", () => {
  it.each(["touch-first", "purge"] as const)(
    "costs one tag at most, by %s, however long it lasts",
    async (strategy) => {
      const policy = { tags: ["latest", "1.*"], every: "PT1H", strategy, keepSuperseded: "P1D" };
      const world = refreshWorld({
        policy,
        limit: undefined,
        modes: stubborn,
        pace: 5,
        rounds: [],
        troubles: [],
      });
      const watch = watchWorld(world);
      await sweepAndWork(world, 3600);
      happen(world, { kind: "pushAll", platforms: ["linux/amd64", "linux/arm64"] });

      for (let hour = 0; hour < 48; hour += 1) await sweepAndWork(world, 3600);

      expect(watch.faults).toEqual([]);
      expect(watch.counts.untags).toBe(1);
      expect(watch.counts.mostAway).toBe(1);
    },
  );
});

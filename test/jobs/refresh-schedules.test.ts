import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deep } from "../deep.ts";
import { calmDown, planTroubles, playRound, sweepAndWork } from "./refresh-acts.ts";
import { type Day, day } from "./refresh-days.ts";
import { unproved } from "./refresh-end.ts";
import { type Watch, watchWorld } from "./refresh-watch.ts";
import { type RefreshWorld, refreshWorld } from "./refresh-world.ts";

const hour = 3600;
/** Long enough for a cool-off of three hours and a window that opens once a day. */
const sweepSeconds = 28 * hour;

async function play(one: Day): Promise<{ readonly world: RefreshWorld; readonly watch: Watch }> {
  const world = refreshWorld(one);
  const watch = watchWorld(world);
  planTroubles(world);
  for (const round of one.rounds) {
    await playRound(world, round);
    watch.look();
    world.ports.clock.advance(one.pace);
    watch.look();
  }
  return { world, watch };
}

describe("on any day", () => {
  it("no tag is lost but within a window that all guards opened, and in the end all is fresh", async () => {
    const total = { days: 0, calls: 0, untags: 0, pulls: 0, removals: 0, mostAway: 0, unlisted: 0 };
    const outages = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(day, async (one) => {
        const { world, watch } = await play(one);
        expect(watch.faults).toEqual([]);
        calmDown(world);
        watch.look();
        for (let sweeps = 0; sweeps < 2; sweeps += 1) await sweepAndWork(world, sweepSeconds);

        expect(watch.faults).toEqual([]);
        expect(await unproved(world)).toEqual([]);
        total.days += 1;
        const { mostAway, ...sums } = watch.counts;
        for (const name of ["calls", "untags", "pulls", "removals"] as const)
          total[name] += sums[name];
        total.mostAway = Math.max(total.mostAway, mostAway);
        total.unlisted = Math.max(total.unlisted, ...watch.windows.unlisted);
        for (const { seconds, causes } of watch.windows.outages)
          outages.set(causes, Math.max(outages.get(causes) ?? 0, seconds));
      }),
      { numRuns: deep ? 2000 : 50, seed: 20261121, endOnFailure: !deep },
    );
    console.log(total, Object.fromEntries(outages));
    expect([...outages.keys()].filter((causes) => causes.includes("nothing"))).toEqual([]);
    // The first of a batch alone; more only where the registry begins to forget while it brings the others in.
    expect(total.mostAway).toBeLessThanOrEqual(5);
    expect(total.untags).toBeGreaterThan(total.days / 3);
    expect(total.removals).toBeGreaterThan(total.days / 3);
  });
});

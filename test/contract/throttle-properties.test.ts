import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { throttle } from "../../src/azure/throttle.ts";
import type { Budgets, Throttle } from "../../src/domain/refresh-ports.ts";
import { secondsBetween } from "../../src/domain/time.ts";
import { fakeBudgets } from "../fakes/budgets.ts";
import { type VirtualClock, virtualClock } from "../fakes/clock.ts";

const read = { reads: 1, deletes: 0 };
const costs = [read, { reads: 0, deletes: 1 }, { reads: 2, deletes: 1 }, { reads: 3, deletes: 0 }];
/** So many that slices are larger than what is asked for. */
const rates = { reads: 200, deletes: 100 };

function worker(clock: VirtualClock, budgets: Budgets, limits = rates): Throttle {
  return throttle(budgets, async () => "Basic", { rates: limits, now: () => clock.now() });
}

const take = fc.record({
  worker: fc.nat({ max: 3 }),
  units: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 60 })),
  cost: fc.constantFrom(...costs),
  /** Some come while others look into the row. */
  turns: fc.nat({ max: 40 }),
});

const step = fc.record({
  // Within a slot, some of them, and about a minute.
  waitMs: fc.oneof(
    fc.nat({ max: 900 }),
    fc.nat({ max: 4000 }),
    fc.integer({ min: 55_000, max: 63_000 }),
  ),
  killed: fc.option(fc.nat({ max: 3 }), { freq: 8 }),
  takes: fc.array(take, { minLength: 1, maxLength: 12, size: "max" }),
});

interface Made {
  readonly at: number;
  readonly reads: number;
  readonly deletes: number;
}

/** What any minute that begins with a request has at most. */
function busiestMinute(made: readonly Made[]) {
  const sums = made.map(({ at }) => {
    const minute = made.filter((one) => one.at >= at && one.at < at + 60_000);
    return {
      reads: minute.reduce((sum, { reads }) => sum + reads, 0),
      deletes: minute.reduce((sum, { deletes }) => sum + deletes, 0),
    };
  });
  const most = (kind: "reads" | "deletes") => Math.max(0, ...sums.map((sum) => sum[kind]));
  return { reads: most("reads"), deletes: most("deletes") };
}

describe("for any workers, whatever they do and however they end", () => {
  it("no minute has more requests than the limit", async () => {
    const steps = fc.array(step, { minLength: 1, maxLength: 25, size: "max" });
    const property = fc.asyncProperty(steps, async (done) => {
      const [clock, budgets] = [virtualClock(), fakeBudgets()];
      const workers = Array.from({ length: 4 }, () => worker(clock, budgets));
      const made: Made[] = [];
      for (const { waitMs, killed, takes } of done) {
        clock.advance(waitMs / 1000);
        if (killed !== null) workers[killed] = worker(clock, budgets);
        const answers = takes.map(async ({ worker: index, units, cost, turns }) => {
          for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
          const answer = await workers[index]?.take("contoso", units, cost);
          const granted = answer?.granted ?? 0;
          expect(granted === units || (answer?.until ?? "") > clock.now()).toBe(true);
          const [reads, deletes] = [granted * cost.reads, granted * cost.deletes];
          made.push({ at: clock.milliseconds(), reads, deletes });
        });
        await Promise.all(answers);
      }
      const { reads, deletes } = busiestMinute(made);
      expect(reads).toBeLessThanOrEqual(rates.reads);
      expect(deletes).toBeLessThanOrEqual(rates.deletes);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it("everything is granted within a minute and a little for each limit's worth", async () => {
    const turns = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 30, size: "max" });
    const property = fc.asyncProperty(turns, fc.boolean(), async (order, killed) => {
      const [clock, budgets] = [virtualClock(), fakeBudgets()];
      const limits = { reads: 40, deletes: 10 };
      const workers = Array.from({ length: 4 }, () => worker(clock, budgets, limits));
      if (killed) await worker(clock, budgets, limits).take("contoso", 4, read);
      const begun = clock.now();
      let left = 130;
      for (let turn = 0; left > 0 && turn < 1000; turn += 1) {
        const one = workers[order[turn % order.length] ?? 0];
        const answer = await one?.take("contoso", Math.min(7, left), read);
        left -= answer?.granted ?? 0;
        if (answer?.until) clock.advance(secondsBetween(clock.now(), answer.until));
      }
      expect(left).toBe(0);
      // 40 at once, and then 40 more each 62.5 seconds.
      expect(secondsBetween(begun, clock.now())).toBeLessThanOrEqual(3 * 62.5 + 5);
    });
    await fc.assert(property, { numRuns: 200 });
  });
});

import { describe, expect, it } from "vitest";
import { throttle } from "../../src/azure/throttle.ts";
import type { Budgets, Throttle } from "../../src/domain/refresh-ports.ts";
import { fakeBudgets } from "../fakes/budgets.ts";
import { type VirtualClock, virtualClock } from "../fakes/clock.ts";

const limits = { reads: 40, deletes: 10 };
const read = { reads: 1, deletes: 0 };
const anyTier = async () => "Basic" as const;

function worker(clock: VirtualClock, budgets: Budgets, rates = limits): Throttle {
  return throttle(budgets, anyTier, { rates, now: () => clock.now() });
}

/** Budgets that count how often a row is written, and take their time. */
function watched(clock: VirtualClock, seconds = 0) {
  const budgets = fakeBudgets();
  let writes = 0;
  const update: Budgets["update"] = async (key, change) => {
    writes += 1;
    const answer = await budgets.update(key, change);
    clock.advance(seconds);
    return answer;
  };
  return { ...budgets, update, writes: () => writes };
}

describe("a worker", () => {
  it("looks into the row seldom when it is busy", async () => {
    const clock = virtualClock();
    const budgets = watched(clock);
    const one = worker(clock, budgets, { reads: 4750, deletes: 475 });
    const answers = await Promise.all(
      Array.from({ length: 4000 }, () => one.take("contoso", 1, read)),
    );

    expect(answers.every(({ granted }) => granted === 1)).toBe(true);
    expect(budgets.writes()).toBeLessThan(35);
  });

  it("keeps nothing from others when it is idle", async () => {
    const clock = virtualClock();
    const budgets = fakeBudgets();
    await worker(clock, budgets).take("contoso", 1, read);

    expect(await worker(clock, budgets).take("contoso", 50, read)).toMatchObject({ granted: 39 });
  });

  it("does not look again at once where there was no room", async () => {
    const clock = virtualClock();
    const budgets = watched(clock);
    const one = worker(clock, budgets);
    await one.take("contoso", 45, read);
    const answers = await Promise.all([1, 2, 3].map((units) => one.take("contoso", units, read)));

    expect(answers.map(({ granted }) => granted)).toEqual([0, 0, 0]);
    expect(budgets.writes()).toBe(1);
  });

  it("grants nothing that came too late, and gives it back", async () => {
    const clock = virtualClock();
    const slow = watched(clock, 3);
    const one = worker(clock, slow);

    expect(await one.take("contoso", 30, read)).toEqual({ granted: 0, until: clock.now() });
    expect(await one.take("contoso", 40, read)).toMatchObject({ granted: 0 });
    expect(await slow.get("requests contoso")).toMatchObject({
      reads: 40,
      earlier: [{ reads: 0, deletes: 0 }],
    });
  });

  it("keeps registries apart, whatever the case of their names", async () => {
    const one = worker(virtualClock(), fakeBudgets());

    expect(await one.take("contoso", 30, read)).toEqual({ granted: 30 });
    expect(await one.take("CONTOSO", 30, read)).toMatchObject({ granted: 10 });
    expect(await one.take("fabrikam", 30, read)).toEqual({ granted: 30 });
  });

  it("leaves a registry alone that said to wait, as others do", async () => {
    const clock = virtualClock();
    const budgets = fakeBudgets();
    const [one, other] = [worker(clock, budgets), worker(clock, budgets)];
    const until = "2026-11-21T02:00:30.000Z";
    await one.take("contoso", 2, read);
    await one.stop("contoso", until);

    expect(await one.take("contoso", 1, read)).toEqual({ granted: 0, until });
    expect(await other.take("contoso", 1, read)).toEqual({ granted: 0, until });
    clock.advance(30);
    expect(await one.take("contoso", 1, read)).toEqual({ granted: 1 });
    expect(await other.take("contoso", 1, read)).toEqual({ granted: 1 });
  });

  it("takes what the tier allows", async () => {
    const clock = virtualClock();
    const options = { rates: "tier", now: () => clock.now() } as const;
    const basic = throttle(fakeBudgets(), anyTier, options);
    const premium = throttle(fakeBudgets(), async () => "Premium", options);
    const cost = { reads: 0, deletes: 1 };

    expect(await basic.take("contoso", 2000, cost)).toMatchObject({ granted: 475 });
    expect(await premium.take("contoso", 2000, cost)).toMatchObject({ granted: 1900 });
  });

  it("grants everything when it is off, but waits where the registry said so", async () => {
    const clock = virtualClock();
    const budgets = watched(clock);
    const off = throttle(budgets, anyTier, { rates: "off", now: () => clock.now() });

    expect(await off.take("contoso", 1e6, read)).toEqual({ granted: 1e6 });
    await off.stop("contoso", "2026-11-21T02:00:30.000Z");
    expect(await off.take("contoso", 1, read)).toMatchObject({ granted: 0 });
    expect(budgets.writes()).toBe(0);
  });

  it("passes on that the row could not be written, and goes on", async () => {
    const clock = virtualClock();
    const budgets = fakeBudgets();
    let broken = true;
    const update: Budgets["update"] = async (key, change) => {
      if (broken) throw new Error("gone");
      return budgets.update(key, change);
    };
    const one = worker(clock, { ...budgets, update });
    await expect(one.take("contoso", 1, read)).rejects.toThrow("gone");
    broken = false;

    expect(await one.take("contoso", 1, read)).toEqual({ granted: 1 });
  });
});

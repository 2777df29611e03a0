import { describe, expect, it } from "vitest";
import type { PullBudget, RateReading } from "../../src/domain/budget.ts";
import { hold, observe, release } from "../../src/domain/pull-budget.ts";

/** 02:00 plus so many minutes. */
const at = (minute: number) =>
  new Date(Date.parse("2026-11-21T02:00:00.000Z") + minute * 60_000).toISOString();

const reading = (remaining: number): RateReading => ({
  kind: "limited",
  limit: 200,
  remaining,
  windowSeconds: 21_600,
});
const seen = (remaining: number, minute = 0) => observe(undefined, reading(remaining), at(minute));

const ask = (held: PullBudget | undefined, pulls: number, minute = 0, id = "one") =>
  hold(held, { id, pulls, reserve: 0.25, now: at(minute), holdSeconds: 600 });

/** The budget after that many pulls were granted. */
function holding(held: PullBudget, pulls: number, minute = 0, id = "one"): PullBudget {
  const { put, granted } = ask(held, pulls, minute, id);
  expect(granted).toBe(pulls);
  return put ?? held;
}

describe("pulls are all granted", () => {
  it("before anything was read", () => {
    expect(ask(undefined, 500)).toEqual({ put: undefined, granted: 500 });
  });

  it.each([{ kind: "unlimited" }, { kind: "unknown" }] as const)("when it is $kind", (told) => {
    const held = observe(undefined, told, at(0));

    expect(ask(held, 500)).toEqual({ put: held, granted: 500 });
  });
});

describe("pulls of a limited account", () => {
  it.each([
    [200, 150, 150],
    [200, 151, 150],
    [60, 10, 10],
    [60, 11, 10],
    [50, 1, 0],
    [0, 1, 0],
  ])("with %i left, %i are asked for and %i granted", (remaining, pulls, granted) => {
    expect(ask(seen(remaining), pulls).granted).toBe(granted);
  });

  it("are held until they are told spent, and those not made go back", () => {
    const held = holding(seen(100), 30);

    expect(ask(held, 50, 1, "two").granted).toBe(20);
    expect(ask(release(held, "one", 12, at(1)), 50, 1, "two").granted).toBe(38);
    expect(ask(release(held, "one", 0, at(1)), 50, 1, "two").granted).toBe(50);
  });

  it("are held once, however often the same are asked for", () => {
    const { put } = ask(holding(seen(100), 30), 30);

    expect(ask(put, 50, 1, "two").granted).toBe(20);
  });

  it("count as spent when the hold ran out, until a reading that was asked for later", () => {
    const held = holding(seen(100), 30);

    expect(ask(held, 50, 60, "two").granted).toBe(20);
    expect(ask(observe(held, reading(95), at(9)), 50, 60, "two").granted).toBe(15);
    expect(ask(observe(held, reading(95), at(10)), 50, 60, "two").granted).toBe(45);
  });

  it("are not counted again when a hold that is in the reading is ended", () => {
    const read = observe(holding(seen(100), 30), reading(70), at(20));

    expect(release(read, "one", 30, at(21))).toEqual(read);
  });
});

describe("a reading", () => {
  it("has in it what was told spent before it was asked for", () => {
    const spent = release(holding(seen(100), 30), "one", 30, at(1));

    expect(ask(observe(spent, reading(70), at(2)), 50, 2).granted).toBe(20);
  });

  it("may not have in it what was told spent since", () => {
    const spent = release(holding(seen(100), 30), "one", 30, at(2));

    expect(ask(observe(spent, reading(100), at(2)), 50, 3).granted).toBe(20);
  });

  it("changes nothing when a later one came before it", () => {
    const later = observe(seen(100), reading(60), at(5));

    expect(observe(later, reading(90), at(4))).toEqual(later);
  });

  it("that cannot be read leaves the last one that could", () => {
    const held = holding(seen(100), 30);

    expect(observe(held, { kind: "unknown" }, at(5))).toEqual(held);
  });

  it("that is older than its window counts as refilled", () => {
    expect(ask(seen(0), 200, 359).granted).toBe(0);
    expect(ask(seen(0), 200, 360).granted).toBe(150);
  });

  it("of a window without end is not believed for longer than a month", () => {
    const told = { ...reading(0), windowSeconds: 1e300 } as RateReading;
    const held = observe(undefined, told, at(0));

    expect(ask(held, 10, 31 * 24 * 60 - 1)).toMatchObject({ granted: 0 });
    expect(ask(held, 10, 31 * 24 * 60)).toMatchObject({ granted: 10 });
  });
});

describe("what was spent", () => {
  it("is forgotten with the window", () => {
    const spent = release(holding(seen(200), 150), "one", 150, at(10));

    expect(ask(spent, 200, 369).granted).toBe(0);
    expect(ask(spent, 200, 370).granted).toBe(150);
  });

  it("is forgotten with the window, too, when nobody told", () => {
    const held = holding(seen(200), 150);

    expect(ask(held, 200, 369, "two").granted).toBe(0);
    expect(ask(held, 200, 370, "two").granted).toBe(150);
  });
});

describe("when not all is granted, it is worth asking again", () => {
  it("when the window ends", () => {
    expect(ask(seen(60, 5), 20, 10)).toMatchObject({ granted: 10, until: at(365) });
  });

  it("when the first of the holds ends", () => {
    expect(ask(holding(seen(60), 10), 20, 1, "two")).toMatchObject({ granted: 0, until: at(10) });
  });

  it("when what was spent is forgotten", () => {
    const spent = release(holding(seen(200), 150), "one", 150, at(10));

    expect(ask(spent, 1, 361)).toMatchObject({ granted: 0, until: at(370) });
  });
});

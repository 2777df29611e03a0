import { describe, expect, it } from "vitest";
import type { RequestWindow } from "../../src/domain/budget.ts";
import { requestLimits, stopRequests, takeRequests } from "../../src/domain/request-window.ts";

/** 02:00:00 plus so many seconds. */
const at = (seconds: number) =>
  new Date(Date.parse("2026-11-21T02:00:00.000Z") + seconds * 1000).toISOString();

const limits = { reads: 100, deletes: 10 };
const read = { reads: 1, deletes: 0 };
const purge = { reads: 2, deletes: 1 };

const take = (
  held: RequestWindow | undefined,
  units: number,
  seconds: number,
  cost = read,
  left?: Parameters<typeof takeRequests>[1]["left"],
) => takeRequests(held, { units, cost, limits, now: at(seconds), windowSeconds: 60, left });

describe("one identity's limits", () => {
  it.each([
    ["Basic", 4750, 475],
    ["Standard", 4750, 475],
    ["Premium", 9500, 1900],
  ] as const)("of %s are %i reads and %i deletes a minute", (tier, reads, deletes) => {
    expect(requestLimits(tier)).toEqual({ reads, deletes });
  });
});

describe("requests", () => {
  it("are granted up to the limit, and the rest a minute after they can last be made", () => {
    const first = take(undefined, 130, 0);

    expect(first).toMatchObject({ granted: 100, goodUntil: at(2), until: at(62.5) });
    expect(take(first.put, 1, 62.4)).toMatchObject({ granted: 0, until: at(62.5) });
    expect(take(first.put, 130, 62.5)).toMatchObject({ granted: 100, goodUntil: at(64.5) });
  });

  it("come back in the order in which they were taken", () => {
    const one = take(undefined, 60, 0);
    const two = take(one.put, 40, 10);

    expect(take(two.put, 5, 11)).toMatchObject({ granted: 0, until: at(62.5) });
    expect(take(two.put, 80, 62.5)).toMatchObject({ granted: 60, until: at(72.5) });
  });

  it("of one slot are good until the same instant", () => {
    const one = take(undefined, 1, 0);

    expect(take(one.put, 1, 0.999)).toMatchObject({ goodUntil: at(2) });
    expect(take(one.put, 1, 1)).toMatchObject({ goodUntil: at(3) });
  });

  it("of each kind have a limit of their own, and a unit needs both", () => {
    const one = take(undefined, 20, 0, purge);

    expect(one).toMatchObject({ granted: 10, until: at(62.5) });
    expect(take(one.put, 90, 1)).toMatchObject({ granted: 80 });
    expect(take(undefined, 4, 0, { reads: 30, deletes: 0 })).toMatchObject({ granted: 3 });
  });

  it("that cost more than the limit are granted alone", () => {
    const dear = { reads: 0, deletes: 25 };
    const one = take(undefined, 3, 0, dear);

    expect(one).toMatchObject({ granted: 1, until: at(62.5) });
    expect(take(one.put, 1, 62.5, dear)).toMatchObject({ granted: 1 });
  });

  it("that were left over go back once their slot is past", () => {
    const one = take(undefined, 90, 0);
    const left = { slot: at(0), reads: 50, deletes: 0 };

    expect(take(one.put, 60, 0.5, read, left)).toMatchObject({ granted: 10 });
    expect(take(one.put, 70, 5, read, left)).toMatchObject({ granted: 60 });
    expect(take(one.put, 70, 5, read, { ...left, slot: at(-9) })).toMatchObject({ granted: 10 });
  });

  it("that nobody took leave nothing behind", () => {
    const one = take(undefined, 0, 0);
    const two = take(one.put, 5, 100);

    expect(two.put).toEqual({
      kind: "requests",
      startedAt: at(100),
      reads: 5,
      deletes: 0,
      earlier: [],
    });
  });
});

describe("a registry that said to wait", () => {
  it("is left alone until then", () => {
    const stopped = stopRequests(take(undefined, 10, 0).put, at(1), at(30));

    expect(take(stopped, 5, 29)).toMatchObject({ granted: 0, until: at(30) });
    expect(take(stopped, 100, 30)).toMatchObject({ granted: 90, until: at(62.5) });
  });

  it("is left alone until the later of two", () => {
    const stopped = stopRequests(undefined, at(1), at(30));

    expect(stopRequests(stopped, at(2), at(20))).toEqual(stopped);
    expect(stopRequests(stopped, at(2), at(40))).toMatchObject({ notBefore: at(40) });
  });
});

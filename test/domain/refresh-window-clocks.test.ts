import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RefreshWindow, weekdays } from "../../src/domain/refresh-policy.ts";
import { windowOpensAt, windowProblem } from "../../src/domain/refresh-window.ts";
import { plusSeconds } from "../../src/domain/time.ts";

const berlin = (from: string, to: string): RefreshWindow => ({
  from,
  to,
  timeZone: "Europe/Berlin",
});

/** "open", or the instant it next opens without its seconds. */
const at = (window: RefreshWindow, now: string) =>
  windowOpensAt(window, `${now}:00.000Z`)?.replace(/:00\.000Z$/, "") ?? "open";

describe("a window when the clocks change", () => {
  // Berlin: 2026-03-29 02:00 becomes 03:00 (01:00 UTC); 2026-10-25 03:00 becomes 02:00 (01:00 UTC).
  it.each([
    [
      "opens after the gap it begins in",
      berlin("02:30", "04:00"),
      "2026-03-29T00:30",
      "2026-03-29T01:00",
    ],
    ["is open from then on", berlin("02:30", "04:00"), "2026-03-29T01:00", "open"],
    ["to its end", berlin("02:30", "04:00"), "2026-03-29T02:00", "2026-03-30T00:30"],
    ["closes at the gap it ends in", berlin("01:00", "02:30"), "2026-03-29T00:59", "open"],
    ["and not after it", berlin("01:00", "02:30"), "2026-03-29T01:00", "2026-03-29T23:00"],
    [
      "does not open within a gap",
      berlin("02:15", "02:45"),
      "2026-03-29T00:00",
      "2026-03-30T00:15",
    ],
    ["opens at the first of two", berlin("02:30", "04:00"), "2026-10-25T00:00", "2026-10-25T00:30"],
    ["lasts through both", berlin("02:30", "04:00"), "2026-10-25T01:45", "open"],
    [
      "closes at the first of two",
      berlin("01:00", "02:30"),
      "2026-10-25T00:30",
      "2026-10-26T00:00",
    ],
    ["is as long as the clocks say", berlin("22:00", "06:00"), "2026-10-25T04:59", "open"],
    [
      "where midnight is skipped",
      { from: "00:00", to: "05:00", timeZone: "America/Santiago" },
      "2026-09-06T03:00",
      "2026-09-06T04:00",
    ],
    [
      "where half an hour is",
      { from: "02:15", to: "05:00", timeZone: "Australia/Lord_Howe" },
      "2026-10-03T15:00",
      "2026-10-03T15:30",
    ],
  ] as const)("%s", (_name, window, now, expected) => {
    expect(at(window, now)).toBe(expected);
  });
});

describe("any window", () => {
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 59))
    .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
  const window = fc
    .record({
      days: fc.option(fc.subarray([...weekdays], { minLength: 1 }), { nil: undefined }),
      from: time,
      to: time,
      timeZone: fc.constantFrom(
        "UTC",
        "Europe/Berlin",
        "America/Santiago",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "America/New_York",
        "Africa/Casablanca",
      ),
    })
    .filter(({ from, to }) => from !== to);
  const instant = fc
    .integer({ min: 0, max: 366 * 86_400 })
    .map((seconds) => plusSeconds("2026-01-01T00:00:00.000Z", seconds));

  it("opens within nine days, and is open as it does, but not a moment before", () => {
    fc.assert(
      fc.property(window, instant, (one, now) => {
        expect(windowProblem(one)).toBeUndefined();
        const opens = windowOpensAt(one, now);
        if (opens === undefined) return;

        expect(opens > now && opens <= plusSeconds(now, 9 * 86_400)).toBe(true);
        expect(windowOpensAt(one, opens)).toBeUndefined();
        expect(windowOpensAt(one, plusSeconds(opens, -0.001))).toBe(opens);
      }),
      { numRuns: 500 },
    );
  });
});

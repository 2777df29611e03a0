import { describe, expect, it } from "vitest";
import type { RefreshWindow } from "../../src/domain/refresh-policy.ts";
import { windowOpensAt, windowProblem } from "../../src/domain/refresh-window.ts";

const berlin = (from: string, to: string, days?: RefreshWindow["days"]): RefreshWindow => ({
  ...(days && { days }),
  from,
  to,
  timeZone: "Europe/Berlin",
});

/** "open", or the instant it next opens without its seconds. */
const at = (window: RefreshWindow, now: string) =>
  windowOpensAt(window, `${now}:00.000Z`)?.replace(/:00\.000Z$/, "") ?? "open";

describe("a window", () => {
  it("is open at all times when there is none", () => {
    expect(windowOpensAt(undefined, "2026-11-21T02:00:00.000Z")).toBeUndefined();
  });

  // 2026-11-21 is a Saturday; Berlin is an hour ahead of UTC.
  it.each([
    ["before it", berlin("22:00", "23:30"), "2026-11-21T20:59", "2026-11-21T21:00"],
    ["as it begins", berlin("22:00", "23:30"), "2026-11-21T21:00", "open"],
    ["in its last minute", berlin("22:00", "23:30"), "2026-11-21T22:29", "open"],
    ["as it ends", berlin("22:00", "23:30"), "2026-11-21T22:30", "2026-11-22T21:00"],
    ["over midnight, before it", berlin("22:00", "06:00"), "2026-11-21T06:00", "2026-11-21T21:00"],
    ["over midnight, the evening", berlin("22:00", "06:00"), "2026-11-21T22:59", "open"],
    ["over midnight, the morning", berlin("22:00", "06:00"), "2026-11-22T04:59", "open"],
    ["over midnight, after it", berlin("22:00", "06:00"), "2026-11-22T05:00", "2026-11-22T21:00"],
    ["to midnight", berlin("22:00", "00:00"), "2026-11-21T22:59", "open"],
    ["to midnight, after it", berlin("22:00", "00:00"), "2026-11-21T23:00", "2026-11-22T21:00"],
    ["another day", berlin("08:00", "09:00", ["mon"]), "2026-11-21T07:30", "2026-11-23T07:00"],
    ["the same day", berlin("08:00", "09:00", ["sat"]), "2026-11-21T07:30", "open"],
    ["a week on", berlin("08:00", "09:00", ["sat"]), "2026-11-21T08:00", "2026-11-28T07:00"],
    [
      "the nearest day",
      berlin("08:00", "09:00", ["fri", "tue"]),
      "2026-11-21T08:00",
      "2026-11-24T07:00",
    ],
    ["the day it opened counts", berlin("22:00", "06:00", ["sat"]), "2026-11-22T03:00", "open"],
    [
      "the day it ends does not",
      berlin("22:00", "06:00", ["sun"]),
      "2026-11-22T03:00",
      "2026-11-22T21:00",
    ],
    ["the day is the zone's", berlin("00:30", "01:00", ["sun"]), "2026-11-21T23:45", "open"],
    [
      "beyond the date line",
      { days: ["sun"], from: "00:00", to: "12:00", timeZone: "Pacific/Kiritimati" },
      "2026-11-21T10:00",
      "open",
    ],
  ] as const)("%s", (_name, window, now, expected) => {
    expect(at(window, now)).toBe(expected);
  });

  it("is open with seconds and milliseconds to spare", () => {
    expect(windowOpensAt(berlin("22:00", "23:30"), "2026-11-21T22:29:59.999Z")).toBeUndefined();
    expect(windowOpensAt(berlin("22:00", "23:30"), "2026-11-21T20:59:59.999Z")).toBe(
      "2026-11-21T21:00:00.000Z",
    );
  });
});

describe("a window that cannot be", () => {
  const good = berlin("22:00", "06:00", ["mon"]);

  it.each([
    [{ from: "24:00" }, "A time of day"],
    [{ from: "9:00" }, "A time of day"],
    [{ to: "06:60" }, "A time of day"],
    [{ to: "" }, "A time of day"],
    [{ to: "22:00" }, "cannot end when it begins"],
    [{ days: [] }, "at least one day"],
    [{ days: ["monday"] }, "Days are mon"],
    [{ timeZone: "Europe/Bonn" }, "no time zone"],
    [{ timeZone: "+02:00" }, "no time zone"],
    [{ timeZone: "local" }, "no time zone"],
    [{ timeZone: "" }, "no time zone"],
  ])("%j has a problem and never opens", (part, sentence) => {
    const window = { ...good, ...part } as RefreshWindow;

    expect(windowProblem(window)).toContain(sentence);
    expect(at(window, "2026-11-23T22:00")).toBe("2026-11-24T22:00");
  });

  it("is not one with a day named twice, or a zone in lower case", () => {
    expect(windowProblem({ ...good, days: ["mon", "mon"] })).toBeUndefined();
    expect(windowProblem({ ...good, timeZone: "utc" })).toBeUndefined();
  });
});

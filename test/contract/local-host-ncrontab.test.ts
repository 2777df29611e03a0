import { describe, expect, it } from "vitest";
import { parseCrontab } from "../local/host/ncrontab.ts";
import { parseSchedule } from "../local/host/schedule.ts";
import { parseTimeSpan } from "../local/host/time-span.ts";

const next = (expression: string, from: string, many: number): string[] => {
  const crontab = parseCrontab(expression);
  const found: string[] = [];
  for (let at = Date.parse(from); found.length < many; ) {
    at = crontab.next(at) ?? Number.NaN;
    found.push(new Date(at).toISOString().slice(0, 19));
  }
  return found;
};

describe("NCRONTAB", () => {
  it.each([
    ["six fields", "30 5 9 * * *", ["2026-11-21T09:05:30", "2026-11-22T09:05:30"]],
    ["five fields: second 0", "*/5 * * * *", ["2026-11-21T02:05:00", "2026-11-21T02:10:00"]],
    ["strictly after", "0 0 2 * * *", ["2026-11-22T02:00:00"]],
    ["a list", "0 0 3,1 * * *", ["2026-11-21T03:00:00", "2026-11-22T01:00:00"]],
    [
      "a range",
      "0 58-59 * * * *",
      ["2026-11-21T02:58:00", "2026-11-21T02:59:00", "2026-11-21T03:58:00"],
    ],
    [
      "a backward range is turned round",
      "0 0 5-4 * * *",
      ["2026-11-21T04:00:00", "2026-11-21T05:00:00"],
    ],
    [
      "steps in a range",
      "0 10-30/10 * * * *",
      ["2026-11-21T02:10:00", "2026-11-21T02:20:00", "2026-11-21T02:30:00"],
    ],
    [
      "a step from a value runs to the end",
      "0 40/15 * * * *",
      ["2026-11-21T02:40:00", "2026-11-21T02:55:00", "2026-11-21T03:40:00"],
    ],
    ["a step of 0 is 1", "*/0 * * * * *", ["2026-11-21T02:00:01", "2026-11-21T02:00:02"]],
    ["names of days", "0 0 0 * * Mon,FRIDAY", ["2026-11-23T00:00:00", "2026-11-27T00:00:00"]],
    ["a range of names", "0 0 0 1 jan-feb *", ["2027-01-01T00:00:00", "2027-02-01T00:00:00"]],
    ["M is March, the first to start so", "0 0 0 1 M *", ["2027-03-01T00:00:00"]],
    ["Sunday is 0", "0 0 0 * * 0", ["2026-11-22T00:00:00"]],
    ["day of month AND day of week", "0 0 0 13 * 5", ["2027-08-13T00:00:00"]],
    [
      "months without the day are skipped",
      "0 0 0 31 * *",
      ["2026-12-31T00:00:00", "2027-01-31T00:00:00", "2027-03-31T00:00:00"],
    ],
    ["leap days", "0 0 0 29 2 *", ["2028-02-29T00:00:00", "2032-02-29T00:00:00"]],
    ["blanks in a row", "0  0   3 * * *", ["2026-11-21T03:00:00"]],
  ])("%s", (_, expression, expected) => {
    expect(next(expression, "2026-11-21T02:00:00.000Z", expected.length)).toEqual(expected);
  });

  it("starts from the middle of a second", () => {
    expect(next("* * * * * *", "2026-11-21T02:00:00.500Z", 1)).toEqual(["2026-11-21T02:00:01"]);
  });

  it("knows when there is no occurrence", () => {
    expect(parseCrontab("0 0 0 30 2 *").next(0)).toBeUndefined();
  });

  it.each([
    ["day of week 7", "0 0 0 * * 7"],
    ["minute 60", "0 60 * * * *"],
    ["day 0", "0 0 0 0 * *"],
    ["a range over the end", "0 0 20-24 * * *"],
    ["an unknown name", "0 0 0 * * xyz"],
    ["a name where there are none", "0 jan * * * *"],
    ["an empty list entry", "0 1, * * * *"],
    ["an open range", "0 1- * * * *"],
    ["a step that is no number", "0 */x * * * *"],
    ["two steps", "0 */2/3 * * * *"],
    ["four fields", "* * * *"],
    ["seven fields", "0 0 0 * * * *"],
    ["cron's question mark", "0 0 0 ? * *"],
    ["cron's macros", "@daily"],
    ["nothing", ""],
  ])("refuses %s", (_, expression) => {
    expect(() => parseCrontab(expression)).toThrow(/crontab/);
  });
});

describe("time spans", () => {
  it.each([
    ["00:00:30", 30_000],
    ["01:30", 5_400_000],
    ["1.02:00:00", 93_600_000],
    ["1:02:03:04", 93_784_000],
    ["00:00:00.25", 250],
    ["2", 172_800_000],
    ["24:00:00", undefined],
    ["00:60:00", undefined],
    ["soon", undefined],
    ["", undefined],
  ])("%s is %s ms", (text, expected) => {
    expect(parseTimeSpan(text)).toBe(expected);
  });
});

describe("schedules", () => {
  const now = Date.parse("2026-11-21T02:00:00.500Z");

  it("falls back to a time span, counted from the last run", () => {
    expect(parseSchedule("00:10:00", now).next(now)).toBe(now + 600_000);
  });

  it.each([
    ["every second", "* * * * * *", false],
    ["every 30 seconds", "*/30 * * * * *", false],
    ["every minute", "0 * * * * *", true],
    ["a span under a minute", "00:00:59", false],
    ["a span of a minute", "00:01:00", true],
    ["once a year", "0 0 0 1 1 *", true],
  ])("%s: status kept %s", (_, expression, monitored) => {
    expect(parseSchedule(expression, now).monitored).toBe(monitored);
  });

  it.each(["0 0 0 * * 7", "sometimes", "00:00:00"])("refuses '%s'", (expression) => {
    expect(() => parseSchedule(expression, now)).toThrow(
      `The schedule expression '${expression}' was not recognized`,
    );
  });
});

import { describe, expect, it } from "vitest";
import { boundedWait, retryAfterSeconds } from "../../src/domain/retry-after.ts";

const now = "2026-11-21T02:00:00.000Z";

describe("retryAfterSeconds", () => {
  it.each([
    ["60", 60],
    [" 7 ", 7],
    ["0", 0],
    ["1.2", 2],
    ["86401", 86_400],
    ["9".repeat(400), 86_400],
    ["-5", undefined],
    ["+5", undefined],
    ["NaN", undefined],
    ["Infinity", undefined],
    ["1e9", undefined],
    ["soon", undefined],
    ["", undefined],
    [undefined, undefined],
    ["Sat, 21 Nov 2026 02:01:30 GMT", 90],
    ["Saturday, 21-Nov-26 02:00:30 GMT", 30],
    ["Sat Nov 21 02:00:45 2026", 45],
    ["Sun Nov  1 02:00:45 2026", 0],
    ["Sat, 21 Nov 2026 01:00:00 GMT", 0],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 0],
    ["Thu, 01 Jan 2099 00:00:00 GMT", 86_400],
    ["Sat, 21 Foo 2026 02:01:30 GMT", undefined],
    ["Sat, 99 Nov 2026 02:01:30 GMT", undefined],
    ["Sat, 21 Nov 2026 25:01:30 GMT", undefined],
    ["Sat, 21 Nov 2026 02:01:30 +0100", undefined],
    ["2026-11-21T02:01:30Z", undefined],
  ])("%j is a wait of %s", (header, seconds) => {
    expect(retryAfterSeconds(header, undefined, now)).toBe(seconds);
  });

  it.each([
    ["Sat, 21 Nov 2026 05:00:00 GMT", 10],
    ["Sat, 21 Nov 2026 06:00:00 GMT", 0],
    ["not a date", 10_810],
    [undefined, 10_810],
  ])("measures a date from the answer's own, %j", (date, seconds) => {
    expect(retryAfterSeconds("Sat, 21 Nov 2026 05:00:10 GMT", date, now)).toBe(seconds);
  });
});

describe("boundedWait", () => {
  it.each([
    [-3, 0],
    [0.001, 1],
    [Number.POSITIVE_INFINITY, 86_400],
    [Number.NaN, undefined],
  ])("%s is %s", (given, seconds) => {
    expect(boundedWait(given)).toBe(seconds);
  });
});

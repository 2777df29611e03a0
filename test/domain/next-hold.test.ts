import { describe, expect, it } from "vitest";
import { blockedFor, failedHold, waitingHold } from "../../src/domain/next-hold.ts";
import type { Hold } from "../../src/domain/rotation.ts";
import { now } from "./rotation-facts.ts";

const busy = { code: "ServerBusy", message: "Busy." };
const ago = (text: string) => `2026-11-${text}:00.000Z`;
const held: Hold = {
  ...busy,
  since: ago("21T01:50"),
  told: ago("21T01:50"),
  toldCode: "ServerBusy",
  tries: 4,
};

describe("a hold after a failure", () => {
  it.each<[string, Hold | undefined, boolean]>([
    ["nothing failed before", undefined, true],
    ["it was told today", held, false],
    ["it was told yesterday", { ...held, told: ago("20T02:00") }, true],
    ["another was told just now", { ...held, toldCode: "TimedOut" }, false],
    [
      "another was told an hour ago",
      { ...held, toldCode: "TimedOut", told: ago("21T01:00") },
      true,
    ],
    ["what it waited for before was not told", { ...held, told: undefined, tries: 0 }, true],
  ])("is told or not when %s", (_what, before, expected) => {
    expect(failedHold(before, busy, now).tell).toBe(expected);
  });

  it("counts on whatever the problem, and keeps its beginning", () => {
    expect(failedHold(held, { code: "TimedOut", message: "Late." }, now).hold).toEqual({
      code: "TimedOut",
      message: "Late.",
      since: held.since,
      told: held.told,
      toldCode: "ServerBusy",
      tries: 5,
    });
  });

  it("counts from one after a time in which nothing failed", () => {
    const waited: Hold = { ...held, tries: 0 };

    expect(failedHold(waited, busy, now).hold).toMatchObject({ since: now, tries: 1 });
  });

  it.each<[string, boolean]>([
    [ago("21T01:01"), false],
    [ago("21T01:00"), true],
  ])("with patience of an hour, and since %s, is told: %s", (since, expected) => {
    const untold: Hold = { ...busy, since, tries: 3 };

    expect(failedHold(untold, busy, now, 3600).tell).toBe(expected);
  });
});

describe("a hold while it only waits", () => {
  it.each<[string, Hold | undefined, boolean, boolean]>([
    ["begins", undefined, true, true],
    ["begins, and nobody is to know", undefined, false, false],
    ["follows another problem", { ...held, toldCode: "TimedOut" }, true, true],
    ["goes on", held, true, false],
    ["has gone on for a day", { ...held, told: ago("20T02:00") }, true, true],
  ])("is told or not when it %s", (_what, before, tells, expected) => {
    const next = waitingHold(before, busy, now, tells);

    expect(next.tell).toBe(expected);
    expect(next.hold.tries).toBe(0);
  });
});

describe("what only a person can mend", () => {
  it.each<[string | undefined, boolean, number]>([
    ["ServerBusy", false, 21_600],
    ["TimedOut", false, 3600],
    ["ServerBusy", true, 3600],
  ])("told as %s, somebody waiting: %s, is met again after %d s", (toldCode, asked, seconds) => {
    expect(blockedFor({ ...held, toldCode }, asked)).toBe(seconds);
  });
});

import { describe, expect, it } from "vitest";
import {
  isHinted,
  nextAtOf,
  nextLook,
  planRotation,
  stepDelay,
} from "../../src/domain/plan-rotation.ts";
import type { RotationRecord } from "../../src/domain/rotation.ts";
import { now, record, rotation } from "./rotation-facts.ts";

const before = "2026-11-21T01:00:00.000Z";
const soon = "2026-11-21T03:00:00.000Z";
const tomorrow = "2026-11-22T02:00:00.000Z";
const hold = { code: "SecondFactorNeeded", message: "", since: before, told: before, tries: 1 };

/** "look", "step <state>" or "nothing until <instant>". */
function plan(changes: Partial<RotationRecord>): string {
  const task = planRotation(record({ lookedAt: before, ...changes }), now);
  if (task.do === "step") return `step ${task.rotation.state}`;
  return task.do === "look" ? "look" : `nothing until ${task.until}`;
}

const running = rotation({ state: "creating" });
const retiring = rotation({ id: "contoso-zero", state: "confirmed" });
const asked = { id: "contoso-two", at: now, trigger: "request", force: true, by: "anna" } as const;

describe("what is done next", () => {
  it.each<[string, Partial<RotationRecord>, string]>([
    ["nothing is due", {}, `nothing until ${tomorrow}`],
    ["the daily look is due", { lookAt: now }, "look"],
    ["an event came since the last look", { hintedAt: now }, "look"],
    ["an event came before the last look", { hintedAt: before }, `nothing until ${tomorrow}`],
    ["a rotation was asked for", { asked }, "look"],
    ["one was asked for by a clock that is behind", { asked, lookedAt: soon }, "look"],
    ["one was asked for by a clock that is ahead", { asked: { ...asked, at: soon } }, "look"],
    [
      "one was asked for that the last look could not begin",
      { asked: { ...asked, at: before }, hold, lookAt: soon },
      `nothing until ${soon}`,
    ],
    [
      "one was asked for beside another that is under way",
      { asked, rotations: [{ ...running, nextAt: soon }] },
      `nothing until ${soon}`,
    ],
    ["a rotation is under way", { rotations: [running] }, "step creating"],
    ["a rotation comes before the look", { rotations: [running], lookAt: now }, "step creating"],
    [
      "the daily look goes beside a rotation that waits",
      { rotations: [{ ...running, nextAt: soon }], lookAt: now },
      "look",
    ],
    [
      "an event does not disturb a rotation that only has its time",
      { rotations: [{ ...running, nextAt: soon }], hintedAt: "2026-11-21T02:00:00.001Z" },
      `nothing until ${soon}`,
    ],
    [
      "an event brings a rotation forward that something keeps",
      { rotations: [{ ...running, nextAt: soon, updatedAt: before, hold }], hintedAt: now },
      "step creating",
    ],
    [
      "an event brings one forward that waits for a person",
      {
        rotations: [{ ...running, state: "waiting", nextAt: tomorrow, updatedAt: before }],
        hintedAt: now,
      },
      "step waiting",
    ],
    [
      "an old event brings nothing forward",
      { rotations: [{ ...running, nextAt: soon, updatedAt: now, hold }], hintedAt: before },
      `nothing until ${soon}`,
    ],
    ["an old token's turn has come", { rotations: [retiring] }, "step confirmed"],
    ["the look comes before old tokens", { rotations: [retiring], lookAt: now }, "look"],
    ["a rotation comes before old tokens", { rotations: [retiring, running] }, "step creating"],
    [
      "an old token has time",
      { rotations: [{ ...retiring, nextAt: soon }] },
      `nothing until ${soon}`,
    ],
  ])("when %s", (_what, changes, expected) => {
    expect(plan(changes)).toBe(expected);
  });

  it("is known in advance: the earliest of all that is waited for", () => {
    const later = "2026-11-21T05:00:00.000Z";
    const rotations = [
      { ...retiring, nextAt: later },
      { ...running, nextAt: soon },
    ];

    expect(nextAtOf(record({ rotations }))).toBe(soon);
    expect(nextAtOf(record({ rotations: [{ ...retiring, nextAt: later }] }))).toBe(later);
    expect(nextAtOf(record())).toBe(tomorrow);
  });
});

describe("a hint", () => {
  it.each<[string, Partial<RotationRecord>, boolean]>([
    ["was never given", {}, false],
    ["is newer than the last look", { hintedAt: now }, true],
    ["is as old as the last look", { hintedAt: before }, false],
    ["was seen by a rotation under way", { hintedAt: now, rotations: [running] }, false],
    [
      "is newer than the last step",
      { hintedAt: now, rotations: [{ ...running, updatedAt: before }] },
      true,
    ],
  ])("waits or not: it %s", (_what, changes, expected) => {
    expect(isHinted(record({ lookedAt: before, ...changes }))).toBe(expected);
  });
});

describe("the next look", () => {
  it.each<[readonly (string | undefined)[], string]>([
    [[], tomorrow],
    [[undefined, before, now], tomorrow],
    [["2026-11-23T02:00:00.000Z"], tomorrow],
    [[soon], soon],
    [["2026-11-21T05:00:00.000Z", soon, undefined], soon],
  ])("with %j is at %s", (instants, at) => {
    expect(nextLook(now, instants)).toBe(at);
  });
});

describe("a step is tried again", () => {
  it.each([
    [1, 0, 30],
    [2, 0, 60],
    [7, 0, 1920],
    [8, 0, 3600],
    [50, 0, 3600],
    [1, 5000, 5000],
    [8, 10, 3600],
  ])("after try %i, with %i seconds asked for, in %i seconds", (tries, asks, seconds) => {
    expect(stepDelay(tries, asks)).toBe(seconds);
  });
});

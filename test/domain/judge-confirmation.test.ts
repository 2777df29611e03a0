import { describe, expect, it } from "vitest";
import { judgeConfirmation, type UseFacts } from "../../src/domain/judge-confirmation.ts";
import { plusSeconds } from "../../src/domain/time.ts";
import { now, rotation } from "./rotation-facts.ts";

const well: UseFacts = { unhealthy: [], canary: true, seen: true };
const unwell = { code: "AcrUnwell", message: "", since: now, told: now, tries: 9 };
const promoted = rotation({
  promotedAt: now,
  healthyBefore: true,
  canaryBefore: true,
  hold: unwell,
});

const judge = (facts: Partial<UseFacts>, seconds: number, of = promoted) =>
  judgeConfirmation(of, { ...well, ...facts }, plusSeconds(now, seconds), 900);

describe("a promoted token is confirmed", () => {
  it.each<[string, Partial<UseFacts>]>([
    ["when all is well", {}],
    ["without a canary", { canary: undefined }],
    ["without last_used", { seen: undefined }],
    ["without either", { canary: undefined, seen: undefined }],
  ])("%s", (_what, facts) => {
    expect(judge(facts, 0)).toEqual({ kind: "confirmed" });
    expect(judge(facts, 100_000)).toEqual({ kind: "confirmed" });
  });
});

describe("what is not proved yet", () => {
  it.each<[number, number]>([
    [0, 10],
    [59, 10],
    [60, 60],
    [899, 60],
  ])("%i seconds after the promotion is looked at again after %i", (age, seconds) => {
    expect(judge({ unhealthy: ["docker-hub"] }, age)).toEqual({
      kind: "wait",
      seconds,
      code: "AcrUnwell",
      message: 'ACR calls credential set "docker-hub" unhealthy.',
    });
    const sickBefore = { ...promoted, healthyBefore: false };
    expect(judge({ unhealthy: ["docker-hub"] }, age, sickBefore)).toMatchObject({
      kind: "wait",
      // What may not be blamed on the token does not count as time in which it was to blame.
      code: "NotConfirmedYet",
    });
    const unseen = { kind: "wait", seconds, code: "NotConfirmedYet" };
    expect(judge({ seen: false }, age)).toMatchObject(unseen);
  });
});

describe("what is not proved in time", () => {
  const bad = { unhealthy: ["docker-hub"], canary: false, seen: false };
  const before = (healthyBefore: boolean, canaryBefore: boolean) => ({
    ...promoted,
    healthyBefore,
    canaryBefore,
  });

  it.each<[string, Partial<UseFacts>, boolean, boolean, string]>([
    ["unhealthy, healthy before", { unhealthy: ["docker-hub"] }, true, true, "rollBack"],
    ["unhealthy, so before", { unhealthy: ["docker-hub"] }, false, true, "stuck NotConfirmed"],
    ["no canary, which came before", { canary: false }, true, true, "rollBack"],
    ["no canary, as before", { canary: false }, true, false, "stuck NotConfirmed"],
    ["both, one of them before", bad, true, false, "rollBack"],
    ["both, both before", bad, false, false, "stuck NotConfirmed"],
    ["only not seen", { seen: false }, true, true, "stuck NewTokenNotSeen"],
  ])("%s", (_what, facts, healthy, canary, expected) => {
    const verdict = judge(facts, 900, before(healthy, canary));

    expect("code" in verdict ? `${verdict.kind} ${verdict.code}` : verdict.kind).toBe(expected);
  });

  it("names every set that is unhealthy, and the canary", () => {
    expect(judge({ unhealthy: ["one", "two"], canary: false }, 900)).toEqual({
      kind: "rollBack",
      message:
        'ACR calls credential set "one" unhealthy. ACR calls credential set "two" unhealthy. The canary cannot be pulled through the registry.',
    });
  });

  it.each<[string, Partial<typeof unwell> | undefined, string]>([
    ["has not been seen before", undefined, "wait"],
    ["is seen since a minute", { since: plusSeconds(now, 840) }, "wait"],
    ["is seen since two", { since: plusSeconds(now, 780) }, "rollBack"],
    ["was something else before", { code: "NotConfirmedYet" }, "wait"],
  ])("is blamed only for trouble that lasts: one that %s", (_what, hold, kind) => {
    const held = { ...promoted, hold: hold && { ...unwell, ...hold } };
    expect(judge({ unhealthy: ["docker-hub"] }, 900, held)).toMatchObject({ kind });
  });
});

import { describe, expect, it } from "vitest";
import {
  cooldownOf,
  daysLeft,
  liveAlarms,
  turningPoints,
  whyDue,
} from "../../src/domain/judge-live-token.ts";
import { live, now, policy, record } from "./rotation-facts.ts";

const endsAt = (expiresAt: string | undefined) => ({ ...live, expiresAt });
const short = record({ policy: { ...policy, lifetime: "P20D", renewBefore: "P5D" } });

describe("days left", () => {
  it.each([
    ["2026-11-22T02:00:00.000Z", 1],
    ["2026-11-22T01:59:59.999Z", 0],
    ["2026-11-21T02:00:00.000Z", 0],
    ["2026-11-21T01:59:59.999Z", -1],
    ["2027-02-19T02:00:00.000Z", 90],
  ])("of a token that ends %s are %i", (expiresAt, days) => {
    expect(daysLeft({ expiresAt }, now)).toBe(days);
  });

  it("are unknown where the end is", () => {
    expect(daysLeft({}, now)).toBeUndefined();
  });
});

describe("a live token is due", () => {
  it.each<[string, string | undefined, string | undefined]>([
    ["with more than renewBefore left", "2026-12-21T02:00:00.001Z", undefined],
    [
      "with renewBefore left",
      "2026-12-21T02:00:00.000Z",
      "the live token ends 2026-12-21T02:00:00.000Z",
    ],
    [
      "with an hour left",
      "2026-11-21T03:00:00.000Z",
      "the live token ends 2026-11-21T03:00:00.000Z",
    ],
    ["at its end", "2026-11-21T02:00:00.000Z", "the live token has expired"],
    ["after its end", "2026-11-01T02:00:00.000Z", "the live token has expired"],
    ["with no known end", undefined, undefined],
  ])("or not: %s", (_what, expiresAt, why) => {
    expect(whyDue(record(), endsAt(expiresAt), now)).toBe(why);
  });

  it("when there is none, when Docker Hub refuses it, and when it is the password", () => {
    expect(whyDue(record(), undefined, now)).toBe("there is no live token");
    expect(whyDue(record(), { ...live, works: "no" }, now)).toBe(
      "Docker Hub refuses the live token",
    );
    expect(whyDue(record(), { ...live, kind: "password", expiresAt: undefined }, now)).toBe(
      "the live secret holds the account's password",
    );
  });

  it("not because it could not be tried", () => {
    expect(whyDue(record(), { ...live, works: "unknown" }, now)).toBeUndefined();
  });

  it("by its policy alone where it lives under 30 days, so that events cannot make it loop", () => {
    expect(whyDue(short, endsAt("2026-12-11T02:00:00.000Z"), now)).toBeUndefined();
    expect(whyDue(short, endsAt("2026-11-26T02:00:00.000Z"), now)).toBeDefined();
  });
});

describe("alarms", () => {
  const keys = (expiresAt: string | undefined, of = record()) =>
    liveAlarms(of, endsAt(expiresAt), now).map(({ key }) => key);

  it.each<[string, readonly string[]]>([
    ["2026-12-05T02:00:00.001Z", []],
    ["2026-12-05T02:00:00.000Z", ["TokenExpiresSoon-14"]],
    ["2026-11-28T02:00:00.001Z", ["TokenExpiresSoon-14"]],
    ["2026-11-28T02:00:00.000Z", ["TokenExpiresSoon-7"]],
    ["2026-11-24T02:00:00.000Z", ["TokenExpiresSoon-3"]],
    ["2026-11-22T02:00:00.000Z", ["TokenExpiresSoon-1"]],
    ["2026-11-21T02:00:00.001Z", ["TokenExpiresSoon-1"]],
    ["2026-11-21T02:00:00.000Z", ["TokenExpired"]],
  ])("of a token that ends %s: %j", (expiresAt, expected) => {
    expect(keys(expiresAt)).toEqual(expected);
  });

  it("come below renewBefore only: a token that is not to be renewed yet wakes nobody", () => {
    expect(keys("2026-11-28T02:00:00.000Z", short)).toEqual([]);
    expect(keys("2026-11-26T02:00:00.000Z", short)).toEqual([]);
    expect(keys("2026-11-24T02:00:00.000Z", short)).toEqual(["TokenExpiresSoon-3"]);
  });

  it("say in a sentence what happens", () => {
    expect(liveAlarms(record(), endsAt("2026-11-24T01:00:00.000Z"), now)).toEqual([
      {
        name: "TokenExpiresSoon",
        key: "TokenExpiresSoon-3",
        daysLeft: 2,
        message:
          "The live token ends 2026-11-24T01:00:00.000Z, in under 3 days, and has not been renewed.",
      },
    ]);
  });

  it("tell of a refused token, whatever its end", () => {
    expect(liveAlarms(record(), { ...live, works: "no" }, now)).toEqual([
      {
        name: "LiveTokenRefused",
        key: "LiveTokenRefused",
        message:
          "Docker Hub refuses the token in the live secret: pulls of docker.io images through the cache fail, or will.",
      },
    ]);
  });

  it("tell of an unknown end, but not of a password, which has none", () => {
    expect(keys(undefined)).toEqual(["ExpiryUnknown"]);
    const password = { ...live, kind: "password", expiresAt: undefined } as const;
    expect(liveAlarms(record(), password, now)).toEqual([]);
  });
});

describe("the instants to look at a token", () => {
  it("are when it is due, its four alarms and its end", () => {
    expect(turningPoints(record(), endsAt("2027-01-31T02:00:00.000Z"))).toEqual([
      "2027-01-01T02:00:00.000Z",
      "2027-01-30T02:00:00.000Z",
      "2027-01-28T02:00:00.000Z",
      "2027-01-24T02:00:00.000Z",
      "2027-01-17T02:00:00.000Z",
      "2027-01-31T02:00:00.000Z",
    ]);
    expect(turningPoints(record(), {})).toEqual([]);
  });
});

describe("the cooldown after a failed rotation", () => {
  it.each<[string, number]>([
    ["2026-11-26T02:00:00.000Z", 86_400],
    ["2026-11-21T02:00:00.000Z", 3600],
  ])("with a live token that ends %s is %i seconds", (expiresAt, seconds) => {
    expect(cooldownOf(endsAt(expiresAt), now, 86_400)).toBe(seconds);
  });

  it("is short without a live token that works, and never longer than usual", () => {
    expect(cooldownOf(undefined, now, 86_400)).toBe(3600);
    expect(cooldownOf({ ...live, works: "no" }, now, 86_400)).toBe(3600);
    expect(cooldownOf({ ...live, works: "no" }, now, 60)).toBe(60);
  });
});

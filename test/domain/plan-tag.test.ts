import { describe, expect, it } from "vitest";
import { planTag } from "../../src/domain/plan-tag.ts";
import type { PlanSettings, TagFacts } from "../../src/domain/tag-plan.ts";
import type { UpstreamHead } from "../../src/domain/upstream-answer.ts";
import {
  facts,
  found,
  fresh,
  friday,
  hourAgo,
  minuteAgo,
  now,
  old,
  pin,
  record,
  settings,
  step,
  third,
  twoDaysAgo,
} from "./tag-facts.ts";

describe("planTag", () => {
  it.each<[string, TagFacts, PlanSettings, Record<string, unknown>]>([
    [
      "equal digests",
      facts({ upstream: found(old) }),
      settings(),
      { step: "none", status: "fresh" },
    ],
    [
      "a tag never seen before, equal",
      facts({ record: undefined, upstream: found(old) }),
      settings(),
      { step: "none", status: "fresh" },
    ],
    [
      "equal, but asked for",
      facts({ upstream: found(old) }),
      settings({}, { onDemand: true }),
      { step: "prove", to: old },
    ],
    [
      "equal after a touch",
      facts({ record: record(step("touching")), listed: { digest: fresh, locked: false } }),
      settings(),
      { step: "prove", to: fresh },
    ],
    [
      "equal after a purge",
      facts({ record: record(step("purging")), listed: { digest: fresh, locked: false } }),
      settings(),
      { step: "prove", to: fresh },
    ],
    ["moved", facts(), settings(), { step: "touch", to: fresh, last: false }],
    [
      "moved, strategy purge",
      facts(),
      settings({ strategy: "purge" }),
      { step: "purge", from: old, to: fresh },
    ],
    [
      "moved, strategy purge, purging off",
      facts(),
      settings({ strategy: "purge" }, { purge: false }),
      { step: "touch", to: fresh },
    ],
    [
      "touched a minute ago",
      facts({
        record: record({ ...step("touching", minuteAgo), dueAt: "2026-11-21T12:04:00.000Z" }),
      }),
      settings(),
      { step: "leave" },
    ],
    [
      "touched an hour ago, still old",
      facts({ record: record(step("touching")) }),
      settings(),
      { step: "touch", to: fresh, last: true },
    ],
    [
      "touched just before, looked at again within the lag",
      facts({ record: record(step("touching", minuteAgo)) }),
      settings(),
      { step: "touch", to: fresh, last: false },
    ],
    [
      "touched, and upstream moved once more",
      facts({ record: record(step("touching")), upstream: found(third) }),
      settings(),
      { step: "touch", to: third, last: false },
    ],
    [
      "prepared",
      facts({ record: record(step("preparing")) }),
      settings(),
      { step: "purge", from: old, to: fresh },
    ],
    [
      "prepared, and purging was switched off",
      facts({ record: record(step("preparing")) }),
      settings({}, { purge: false }),
      { step: "touch", to: fresh },
    ],
    [
      "about to be untagged, but still there",
      facts({ record: record(step("purging")) }),
      settings(),
      { step: "purge", from: old, to: fresh },
    ],
    ["pinned", facts({ pin }), settings(), { step: "none", status: "pinned" }],
    [
      "locked",
      facts({ listed: { digest: old, locked: true } }),
      settings(),
      { step: "none", status: "locked" },
    ],
    [
      "upstream not asked",
      facts({ upstream: { kind: "couldNotAsk", message: "down" } }),
      settings(),
      { step: "leave", reason: "down" },
    ],
    [
      "denied",
      facts({ upstream: { kind: "denied", message: "no" } }),
      settings(),
      { step: "none", status: "unknown", reason: "no" },
    ],
    ["outside its patterns", facts(), settings({}, { matched: false }), { step: "forget" }],
  ])("%s", (_case, given, how, expected) => {
    expect(planTag(given, how)).toMatchObject(expected);
  });

  it("believes a 404 only when it is still so a day later", () => {
    const absent: UpstreamHead = { kind: "absent", message: "404." };

    const first = planTag(facts({ upstream: absent }), settings());
    const later = planTag(
      facts({ upstream: absent, record: record({ absentSince: hourAgo }) }),
      settings(),
    );
    const believed = planTag(
      facts({ upstream: absent, record: record({ absentSince: twoDaysAgo }) }),
      settings(),
    );
    const back = planTag(
      facts({ upstream: found(old), record: record({ absentSince: hourAgo }) }),
      settings(),
    );

    expect(first).toMatchObject({
      status: "unknown",
      note: { absentSince: now },
      dueAt: "2026-11-22T12:00:00.000Z",
    });
    expect(later).toMatchObject({ status: "unknown", dueAt: "2026-11-22T11:00:00.000Z" });
    expect(believed).toMatchObject({ status: "gone", note: { absentSince: twoDaysAgo } });
    expect(back.note.absentSince).toBeUndefined();
  });

  describe("with a cool-off of a day", () => {
    const cool = settings({ minimumAgeSeconds: 86_400 });

    it("waits from the moment the new digest was first seen", () => {
      expect(planTag(facts(), cool)).toMatchObject({
        status: "cooling",
        dueAt: "2026-11-22T12:00:00.000Z",
        note: { moved: { digest: fresh, since: now } },
      });
      const seen = record({ moved: { digest: fresh, since: hourAgo } });
      expect(planTag(facts({ record: seen }), cool)).toMatchObject({
        status: "cooling",
        dueAt: "2026-11-22T11:00:00.000Z",
      });
    });

    it("begins anew when upstream moves once more", () => {
      const seen = record({ moved: { digest: third, since: twoDaysAgo } });
      expect(planTag(facts({ record: seen }), cool)).toMatchObject({
        status: "cooling",
        note: { moved: { digest: fresh, since: now } },
      });
    });

    it("ends, and then follows", () => {
      const seen = record({ moved: { digest: fresh, since: twoDaysAgo } });
      expect(planTag(facts({ record: seen }), cool)).toMatchObject({ step: "touch", to: fresh });
    });

    it("says plainly when ACR adopted the digest earlier, and goes on saying so", () => {
      const seen = record({ moved: { digest: fresh, since: hourAgo } });
      const adopted = planTag(
        facts({ record: seen, listed: { digest: fresh, locked: false } }),
        cool,
      );
      expect(adopted).toMatchObject({
        status: "fresh",
        note: { adoptedEarly: { digest: fresh, at: now } },
      });
      expect(adopted.reason).toContain("before its cool-off was over");

      const known = record({ cached: fresh, adoptedEarly: { digest: fresh, at: hourAgo } });
      const later = planTag(
        facts({ record: known, listed: { digest: fresh, locked: false } }),
        cool,
      );
      expect(later.note.adoptedEarly).toEqual({ digest: fresh, at: hourAgo });
    });

    it("holds for a refresh on demand, too", () => {
      expect(planTag(facts(), { ...cool, onDemand: true })).toMatchObject({ status: "cooling" });
    });
  });

  it("waits for the rule's window, which a refresh on demand does not heed", () => {
    const waiting = { status: "deferred", dueAt: "2026-11-27T22:00:00.000Z" };
    expect(planTag(facts(), settings({ window: friday }))).toMatchObject(waiting);
    const touched = record(step("touching"));
    expect(planTag(facts({ record: touched }), settings({ window: friday }))).toMatchObject(
      waiting,
    );
    expect(planTag(facts(), settings({ window: friday }, { onDemand: true }))).toMatchObject({
      step: "touch",
    });
    const asked = record({ ...step("touching"), refreshes: ["contoso-a"] });
    expect(planTag(facts({ record: asked }), settings({ window: friday }))).toMatchObject({
      step: "touch",
    });
  });
});

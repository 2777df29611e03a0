import { describe, expect, it } from "vitest";
import { planTag } from "../../src/domain/plan-tag.ts";
import type { TagRecord } from "../../src/domain/tag.ts";
import type { PlanSettings, TagFacts } from "../../src/domain/tag-plan.ts";
import type { UpstreamHead } from "../../src/domain/upstream-answer.ts";
import {
  facts,
  found,
  fresh,
  friday,
  hourAgo,
  now,
  old,
  pin,
  record,
  settings,
  step,
  twoDaysAgo,
} from "./tag-facts.ts";

describe("a tag the registry does not list", () => {
  const away = record(step("purging"));

  it.each<[string, Partial<TagFacts>, PlanSettings]>([
    ["at once", {}, settings()],
    ["though it is pinned now", { pin }, settings()],
    ["though the patterns do not mean it any more", {}, settings({}, { matched: false })],
    ["outside the window", {}, settings({ window: friday })],
    [
      "though upstream could not be asked",
      { upstream: { kind: "couldNotAsk", message: "down" } },
      settings(),
    ],
    ["though upstream answered 404", { upstream: { kind: "absent", message: "404" } }, settings()],
  ])("is brought back when Larder untagged it: %s", (_case, change, how) => {
    const plan = planTag(facts({ record: away, listed: undefined, ...change }), how);
    expect(plan).toMatchObject({ step: "restore", to: fresh });
  });

  it("is brought back when it vanished within a day of Larder's untag", () => {
    const late = record({ cached: fresh, untaggedAt: hourAgo });
    expect(planTag(facts({ record: late, listed: undefined }), settings())).toMatchObject({
      step: "restore",
    });
  });

  it("is given up when upstream took it away, too, for a day; and brought back should it return", () => {
    const absent: UpstreamHead = { kind: "absent", message: "404" };
    const plan = (change: Partial<TagRecord>, upstream: UpstreamHead = absent) =>
      planTag(facts({ record: { ...away, ...change }, listed: undefined, upstream }), settings());

    expect(plan({})).toMatchObject({ step: "restore", note: { absentSince: now } });
    const given = plan({ absentSince: twoDaysAgo });
    expect(given).toMatchObject({ step: "none", status: "gone" });
    expect(given.reason).toContain(`pulled by digest: ${old}`);
    const gone = { status: "gone" as const, step: undefined, untaggedAt: twoDaysAgo };
    expect(plan({ ...gone, absentSince: twoDaysAgo })).toMatchObject({ status: "gone" });
    expect(plan(gone, found(fresh))).toMatchObject({ step: "restore", to: fresh });
  });

  it("is forgotten when somebody else took it away", () => {
    const long = record({ untaggedAt: twoDaysAgo });
    expect(planTag(facts({ record: long, listed: undefined }), settings())).toMatchObject({
      step: "forget",
    });
  });

  it("is warmed where the rule follows new tags, after its cool-off", () => {
    const unknown = facts({ record: undefined, listed: undefined });
    expect(planTag(unknown, settings({ followNew: true }))).toMatchObject({
      step: "touch",
      to: fresh,
    });
    expect(
      planTag(unknown, settings({ followNew: true, minimumAgeSeconds: 86_400 })),
    ).toMatchObject({ status: "cooling", note: { moved: { digest: fresh, since: now } } });
  });
});

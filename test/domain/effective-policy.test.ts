import { describe, expect, it } from "vitest";
import { durationSeconds, effectivePolicy } from "../../src/domain/effective-policy.ts";
import type { RefreshPolicy } from "../../src/domain/refresh-policy.ts";
import type { RefreshSettings } from "../../src/domain/refresh-ports.ts";

const defaults: RefreshSettings["defaults"] = {
  everySeconds: 21_600,
  minimumAgeSeconds: 0,
  keepSupersededSeconds: 604_800,
  platforms: "cached",
  strategy: "touch-first",
};

describe("an effective policy", () => {
  it("takes from the settings what the rule leaves open", () => {
    const { matches, ...policy } = effectivePolicy({ tags: ["latest"] }, defaults);

    expect(matches("latest")).toBe(true);
    expect(policy).toEqual({
      everySeconds: 21_600,
      minimumAgeSeconds: 0,
      keepSupersededSeconds: 604_800,
      window: undefined,
      platforms: "cached",
      strategy: "touch-first",
      followNew: false,
      text: '{"tags":["latest"]}',
      problems: [],
    });
  });

  it("has everything else from the rule", () => {
    const window = { from: "22:00", to: "06:00", timeZone: "UTC" };
    const { matches, ...policy } = effectivePolicy(
      {
        tags: ["1.*"],
        exclude: ["/rc/"],
        every: "PT1H30M",
        window,
        minimumAge: "P1D",
        platforms: ["linux/amd64"],
        strategy: "purge",
        keepSuperseded: "P0D",
        followNew: true,
      },
      defaults,
    );

    expect(["1.5", "1.5-rc1", "latest"].filter(matches)).toEqual(["1.5"]);
    expect(policy).toEqual({
      everySeconds: 5400,
      minimumAgeSeconds: 86_400,
      keepSupersededSeconds: 0,
      window,
      platforms: ["linux/amd64"],
      strategy: "purge",
      followNew: true,
      text: '{"every":"PT1H30M","exclude":["/rc/"],"followNew":true,"keepSuperseded":"P0D","minimumAge":"P1D","platforms":["linux/amd64"],"strategy":"purge","tags":["1.*"],"window":{"from":"22:00","timeZone":"UTC","to":"06:00"}}',
      problems: [],
    });
  });

  it("has one text for equal policies, and another for every other", () => {
    const text = (policy: RefreshPolicy) => effectivePolicy(policy, defaults).text;
    const policy: RefreshPolicy = { tags: ["a", "b"], every: "PT1H" };

    expect(text({ every: "PT1H", window: undefined, tags: ["a", "b"] })).toBe(text(policy));
    expect(text({ ...policy, every: "PT2H" })).not.toBe(text(policy));
    expect(text({ ...policy, followNew: true })).not.toBe(text(policy));
  });

  it("names what it cannot read, and goes on with the rest", () => {
    const { matches, problems, ...policy } = effectivePolicy(
      {
        tags: ["latest", "/(?=a)/"],
        every: "6h",
        minimumAge: "",
        window: { from: "22:00", to: "06:00", timeZone: "Mars/Olympus" },
      },
      defaults,
    );

    expect(["latest", "a"].filter(matches)).toEqual(["latest"]);
    expect(policy).toMatchObject({ everySeconds: 21_600, minimumAgeSeconds: 0 });
    expect(problems).toEqual([
      expect.stringMatching(/^Pattern "\/\(\?=a\)\/": Lookaround/),
      'every "6h" is no ISO 8601 duration.',
      'minimumAge "" is no ISO 8601 duration.',
      expect.stringMatching(/^Window: This is no time zone/),
    ]);
  });

  it("touches nothing when an exclusion cannot be read", () => {
    const { matches, problems } = effectivePolicy({ tags: ["*"], exclude: ["/(/", "x"] }, defaults);

    expect(matches("latest")).toBe(false);
    expect(problems).toHaveLength(1);
  });
});

describe("the seconds of a duration", () => {
  it.each([
    ["PT0S", 0],
    ["PT1M", 60],
    ["PT6H", 21_600],
    ["P1D", 86_400],
    ["P1W", 604_800],
    ["P1M", 2_592_000],
    ["P1Y", 31_536_000],
    ["P1Y1M1DT1H1M1S", 31_536_000 + 2_592_000 + 86_400 + 3661],
    ["PT36H", 129_600],
    ["PT0.5S", 0.5],
    ["PT0,25S", 0.25],
    ["PT0000000000000000000000059S", 59],
    ["P000000000000000000000000010D", 864_000],
    ["PT0.0000000000000000000000009S", 0],
    ["PT1.050S", 1.05],
  ])("%s", (iso, seconds) => {
    expect(durationSeconds(iso)).toBe(seconds);
  });

  it.each(["", "6h", "1D", "P1H", "tomorrow"])("are none of %j", (iso) => {
    expect(durationSeconds(iso)).toBeNaN();
  });
});

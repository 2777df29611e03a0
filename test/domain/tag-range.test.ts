import { describe, expect, it } from "vitest";
import { patternProblem, tagMatcher } from "../../src/domain/tag-pattern.ts";

const within = (range: string, tags: readonly string[]) => {
  expect(patternProblem(range)).toBeUndefined();
  return tags.filter(tagMatcher([range], []));
};

describe("version ranges", () => {
  const tags = ["1", "1.1.9", "1.2", "v1.2.3", "1.9", "2", "2.0.1", "3.0.0", "latest", "alpine"];

  it.each([
    [">=1.2 <2", ["1.2", "v1.2.3", "1.9"]],
    [">= 1.2  <2", ["1.2", "v1.2.3", "1.9"]],
    ["~1.2", ["1.2", "v1.2.3"]],
    ["^1", ["1", "1.1.9", "1.2", "v1.2.3", "1.9"]],
    ["^v1.2", ["1.2", "v1.2.3", "1.9"]],
    ["=1.2.0", ["1.2"]],
    ["<1.2 || >=3", ["1", "1.1.9", "3.0.0"]],
    ["1.2 - 1.9", ["1.2", "v1.2.3", "1.9"]],
    ["1.* || 3.x", ["1", "1.1.9", "1.2", "v1.2.3", "1.9", "3.0.0"]],
    [">2 <1", []],
  ])("%s", (range, expected) => {
    expect(within(range, tags)).toEqual(expected);
  });

  it("hold pre-releases, which all tags with a suffix are, only where they name one", () => {
    const suffixed = ["1.5-alpine", "1.5.0-rc1", "1.5.0-rc2", "1.5.0", "1.5.1-rc1", "1.6.0"];

    expect(within(">=1.2 <2", suffixed)).toEqual(["1.5.0", "1.6.0"]);
    expect(within(">=1.5.0-rc2", suffixed)).toEqual(["1.5.0-rc2", "1.5.0", "1.6.0"]);
    expect(within("=1.5.0-alpine", suffixed)).toEqual(["1.5-alpine"]);
  });

  it("take leading zeros for nothing, as in versions made of dates", () => {
    const dates = ["22.04", "24.04", "24.10", "024.4", "v024.04", "2024.01.02"];

    expect(within(">=24.04 <25", dates)).toEqual(["24.04", "24.10", "024.4", "v024.04"]);
    expect(within("=2024.1.2", dates)).toEqual(["2024.01.02"]);
  });

  it("hold numbers, too: a date is a large version", () => {
    expect(within(">=1.2", ["20261121", "20261121-1"])).toEqual(["20261121"]);
  });

  it.each([
    "1.2.3.4",
    "1.5_2",
    "1.5-alpine_3",
    "1.",
    "1..2",
    "v",
    "vv1",
    "V1",
    "1.5-",
    "a1.5",
    "0x10",
    "9".repeat(17),
    "9".repeat(128),
    `1.${"9".repeat(126)}`,
    "00000000000000000000000000000000000000",
  ])("never hold %s, or only as what it is", (tag) => {
    expect(within(">=0.0.1", [tag])).toEqual([]);
  });
});

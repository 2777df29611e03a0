import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patternProblem, patternsProblem, tagMatcher } from "../../src/domain/tag-pattern.ts";

const matching = (pattern: string, tags: readonly string[]) => {
  expect(patternProblem(pattern)).toBeUndefined();
  const matches = tagMatcher([pattern], []);
  return tags.filter((tag) => matches(tag));
};

describe("patterns", () => {
  it.each([
    // That very tag.
    ["latest", ["latest", "Latest", "latest-alpine", "my-latest"], ["latest"]],
    ["1.5", ["1.5", "1x5", "1.5.0"], ["1.5"]],
    ["1.x", ["1.5", "1.x"], ["1.x"]],
    // Globs cover the whole tag.
    ["1.*", ["1.5", "1.", "1", "11.5", "v1.5"], ["1.5", "1."]],
    ["*-alpine", ["1.5-alpine", "-alpine", "1.5-alpine3"], ["1.5-alpine", "-alpine"]],
    ["v?", ["v1", "v", "v12", "V1"], ["v1"]],
    ["*", ["a", "1.5"], ["a", "1.5"]],
    ["*a*b", ["ab", "xaxb", "xaxbx", "ba"], ["ab", "xaxb"]],
    ["1.?*", ["1.", "1.5", "1.55"], ["1.5", "1.55"]],
    // Regular expressions match anywhere.
    ["/^v\\d+$/", ["v1", "v12", "v1.2", "av1", "1"], ["v1", "v12"]],
    ["/alpine/", ["1.5-alpine3", "alpine", "Alpine"], ["1.5-alpine3", "alpine"]],
    ["/(?i)ALPINE/", ["1.5-alpine3", "Alpine", "slim"], ["1.5-alpine3", "Alpine"]],
    ["/^(\\d+\\.){2}\\d+$/", ["1.2.3", "1.2", "1.2.3.4"], ["1.2.3"]],
    ["/^[0-9a-f]{40}$/", ["0".repeat(40), "0".repeat(41)], ["0".repeat(40)]],
    ["/^a|b$/", ["ax", "xb", "xax"], ["ax", "xb"]],
    ["/^1\\.\\d+(?:-(?P<os>alpine|slim))?$/", ["1.2", "1.2-slim", "1.2-x"], ["1.2", "1.2-slim"]],
  ])("%s", (pattern, tags, expected) => {
    expect(matching(pattern, tags)).toEqual(expected);
  });

  it("leaves out what is excluded", () => {
    const matches = tagMatcher(["1.*", "latest"], ["*-rc?", "/alpine/"]);
    const tags = ["1.5", "latest", "1.5-rc1", "1.5-alpine", "2.0"];

    expect(tags.filter(matches)).toEqual(["1.5", "latest"]);
  });

  it("matches nothing without patterns", () => {
    expect(tagMatcher([], [])("latest")).toBe(false);
  });
});

describe("a pattern that cannot be read", () => {
  it("matches nothing, beside others", () => {
    const matches = tagMatcher(["/(/", "latest"], []);

    expect(["latest", "(", "1"].filter(matches)).toEqual(["latest"]);
  });

  it("excludes everything, for what was to be left alone is not known", () => {
    expect(tagMatcher(["*"], ["/(/"])("latest")).toBe(false);
  });

  it.each([
    ["/(?=a)/", "Lookaround such as (?=…) and (?!…) and backreferences such as \\1 are not"],
    ["/(?<!rc)\\d/", "Lookaround"],
    ["/(a)\\1/", "backreferences"],
    ["/(?P<x>a)\\k<x>/", "backreferences"],
    ["/\\p{L}/", "tags are ASCII, so write [A-Za-z]"],
    ["/\\pL/", "tags are ASCII"],
    ["/(/", "cannot be compiled: missing closing )"],
    ["/a**/", "cannot be compiled: invalid nested repetition operator"],
    ["/[z-a]/", "cannot be compiled: invalid character class range"],
    ["/\\/", "cannot be compiled: trailing backslash"],
    ["//", 'write "*"'],
    ["/", 'ends with "/"'],
    ["/alpine/i", "/(?i)alpine/"],
    ["/((a{1000}){1000})/", "too large"],
    ["/a{257}/", "too large"],
    ["/a{9}?(?i){9}(?i){9}/", "too large"],
    ["/\\Q[\\E((a{9}){9}){9}]/", "\\Q and classes such as [:alpha:]"],
    ["/[!-[:a:]((a{9}){9}){9}]/", "\\Q and classes such as [:alpha:]"],
    ["/(((a{9}){9}){9})/", "too large"],
    [`/${"(a?){31}".repeat(15)}/`, "too large"],
    ["/a{999999999999999999999999}/", "too large"],
    ["1.[0-9]*", "A glob has only letters, digits, _ . - and * ?"],
    ["{a,b}*", "A glob has only"],
    ["ghcr.io/a:latest", "This is no tag"],
    ["", "This is no tag"],
    [".hidden", "This is no tag"],
    ["ä", "This is no tag"],
    ["a".repeat(129), "at most 128 characters"],
    [">=", "Not a version range"],
    [" ", "Not a version range"],
    ["||", "Not a version range"],
    ["latest ", "Not a version range"],
    ["~1.27-alpine", '"~1.27.0-rc"'],
    [">=1.2 <2 beta", "Not a version range"],
    [`>=${"9".repeat(40)}`, "Not a version range"],
  ])("%s: %s", (pattern, sentence) => {
    expect(patternProblem(pattern)).toContain(sentence);
    expect(tagMatcher([pattern], [])("latest")).toBe(false);
  });

  it("is never repeated in the sentence", () => {
    expect(patternProblem("/(dckr_pat_x/")).not.toContain("dckr_pat_x");
  });
});

describe("regular expressions together", () => {
  it("may weigh 1,000", () => {
    const hundred = `/${"a".repeat(100)}/`;

    expect(patternsProblem(Array.from({ length: 10 }, () => hundred))).toBeUndefined();
    expect(patternsProblem(Array.from({ length: 11 }, () => hundred))).toContain("together");
  });

  it("leave other patterns out of the reckoning", () => {
    expect(patternsProblem(Array.from({ length: 50 }, () => "a".repeat(128)))).toBeUndefined();
  });
});

describe("any text", () => {
  const unit = fc.constantFrom(
    ..."/*?()[]{}|\\.^$<>=~ -_0129azAZ,:!pd".split(""),
    "{9}",
    "(?:",
    "1.2",
  );
  const text = fc.array(unit, { maxLength: 40 }).map((parts) => parts.join(""));
  const tag = fc.stringMatching(/^\w[\w.-]{0,127}$/);

  it("is a pattern, or has a problem and matches nothing; it never throws", () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), tag, (pattern, some) => {
        const matched = tagMatcher([pattern], [])(some);

        expect(matched && patternProblem(pattern) !== undefined).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it("that is a tag matches that tag alone", () => {
    fc.assert(
      fc.property(tag, tag, (pattern, other) => {
        const matches = tagMatcher([pattern], []);

        expect(matches(pattern)).toBe(true);
        expect(matches(other)).toBe(other === pattern);
      }),
    );
  });
});

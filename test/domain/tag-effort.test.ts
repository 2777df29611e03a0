import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patternProblem, patternsProblem, tagMatcher } from "../../src/domain/tag-pattern.ts";

/** As large as one may be: made of `part` alone. */
const fill = (part: string, length = 120) => part.repeat(Math.floor(length / part.length));

/** Tags of the greatest length without order, so that hardly anything learnt from one helps with the next. */
const hard = fc
  .sample(fc.array(fc.constantFrom("a", "b", "-", "."), { minLength: 128, maxLength: 128 }), {
    numRuns: 1000,
    seed: 3,
  })
  .map((parts) => parts.join(""));

describe("hostile patterns", { timeout: 60_000 }, () => {
  // Each exponential, or worse, in an engine that backtracks. No tag has "!" in it.
  it.each([
    "/^(a+)+$/",
    "/^(a|aa)+$/",
    "/([a-z]+)*!/",
    "/(.*a){20}!/",
    "/(.*a.{1,40}){4}!/",
    "/[ab]*a[ab.-]{110}!/",
    "/(\\w?){18}!/",
    `/${fill(".*a")}!/`,
    `/${fill("(a?|b)*")}!/`,
    `/${fill("(?:\\b|\\w*\\B-?)")}!/`,
    `/${"(".repeat(30)}a${")*".repeat(30)}!/`,
    `${fill("*a")}z`,
    `${fill("*?")}z`,
    `${"*".repeat(127)}z`,
    `${fill("<1 ||", 100)} >2`,
    `>=1.0.0-${fill("1.", 110)}1`,
  ])("%s takes no time to speak of", (pattern) => {
    expect(patternProblem(pattern)).toBeUndefined();
    expect(hard.some(tagMatcher([pattern], []))).toBe(false);
  });

  it("are done with in time when there are as many as may be", () => {
    const worst = Array.from({ length: 4 }, (_, at) => `/(.*a.{1,40}){4}!${at}/`);
    const matches = tagMatcher(worst, []);

    expect([...worst.map(patternProblem), patternsProblem(worst)]).not.toContain(expect.anything());
    expect(hard.slice(0, 50).some(matches)).toBe(false);
  });

  it("are refused before they are compiled", () => {
    const bombs = Array.from({ length: 20_000 }, (_, at) => `/${fill("(a?|b){31}", 110)}${at}/`);

    expect(bombs.every((one) => patternProblem(one)?.includes("too large"))).toBe(true);
  });
});

/** A glob by the book: exponential, and easy to trust. */
function naive(glob: string, tag: string): boolean {
  if (glob === "") return tag === "";
  const rest = glob.slice(1);
  if (glob.startsWith("*")) return naive(rest, tag) || (tag !== "" && naive(glob, tag.slice(1)));
  return tag !== "" && (glob[0] === "?" || glob[0] === tag[0]) && naive(rest, tag.slice(1));
}

describe("matching", () => {
  const letter = fc.constantFrom("a", "b", ".");
  const word = fc.array(letter, { minLength: 1, maxLength: 10 }).map((parts) => parts.join(""));

  it("a glob is what the naive matcher says", () => {
    const glob = fc
      .array(fc.oneof({ weight: 2, arbitrary: letter }, fc.constantFrom("*", "?")), {
        minLength: 1,
        maxLength: 8,
      })
      .map((parts) => parts.join(""))
      .filter((text) => /[*?]/.test(text));

    fc.assert(
      fc.property(glob, word, (pattern, tag) => {
        expect(tagMatcher([pattern], [])(tag)).toBe(naive(pattern, tag));
      }),
      { numRuns: 5000 },
    );
  });

  it("a regular expression is what JavaScript's own engine says", () => {
    const { expression } = fc.letrec<{ expression: string; atom: string }>((tie) => ({
      atom: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom("a", "b", "\\.", ".", "[ab]", "[^a]", "\\w", "\\W", "^", "$", "\\b"),
        tie("expression").map((inner) => `(${inner})`),
      ),
      expression: fc
        .array(fc.tuple(tie("atom"), fc.constantFrom("", "", "|", "+", "*?", "{2}", "{0,3}")), {
          minLength: 1,
          maxLength: 4,
        })
        // Repeating an assertion is where the two engines differ in what they allow.
        .map((parts) =>
          parts.map(([atom, after]) => atom + (/^[$^]|b$/.test(atom) ? "" : after)).join(""),
        ),
    }));

    fc.assert(
      fc.property(expression, word, (body, tag) => {
        const pattern = `/${body}/`;
        fc.pre(patternProblem(pattern) === undefined);

        expect(tagMatcher([pattern], [])(tag)).toBe(new RegExp(body, "u").test(tag));
      }),
      { numRuns: 2000 },
    );
  });
});

import { tagPattern } from "./image.ts";
import { compileGlob } from "./tag-glob.ts";
import { compileRange } from "./tag-range.ts";
import { compileRegex, regexListProblem } from "./tag-regex.ts";
import { type Compiled, problem, type TagTest, tagTest } from "./tag-test.ts";

/*
 * Patterns of tags. Which kind one is shows in its characters:
 *   /^v?\d+$/               between slashes: a regular expression, matching anywhere in the tag
 *   >=1.2 <2  ~1.27  ^2     with one of < > = ~ ^ | or a blank: a version range
 *   1.*  *-alpine           with * or ?: a glob over the whole tag
 *   latest                  anything else: that tag
 * None can take long: a hostile one is refused, or its work is bounded by its length times the tag's.
 */

const longest = 128;

function compile(pattern: string): Compiled {
  if (pattern.length > longest) return problem(`A pattern has at most ${longest} characters.`);
  const body = regexBody(pattern);
  if (body !== undefined) return compileRegex(body);
  if (pattern.startsWith("/"))
    return problem('A regular expression ends with "/" as well; flags go inside: /(?i)alpine/.');
  if (/[<>=~^|\s]/.test(pattern)) return compileRange(pattern);
  if (/[*?]/.test(pattern)) return compileGlob(pattern);
  if (tagPattern.test(pattern)) return tagTest((tag) => tag === pattern);
  return problem(
    'This is no tag (letters, digits, _ . - and neither . nor - at the start). A glob is written "1.*", a regular expression "/^v[0-9]+$/", a version range ">=1.2 <2".',
  );
}

function regexBody(pattern: string): string | undefined {
  return /^\/(.*)\/$/s.exec(pattern)?.[1];
}

/** A sentence that says what is wrong with a pattern and how to write it; undefined: nothing. */
export function patternProblem(pattern: string): string | undefined {
  const compiled = compile(pattern);
  return compiled.kind === "problem" ? compiled.problem : undefined;
}

/** The same for what is wrong with patterns only because they are too much together. */
export function patternsProblem(patterns: readonly string[]): string | undefined {
  return regexListProblem(patterns.flatMap((pattern) => regexBody(pattern) ?? []));
}

/**
 * Whether a tag matches one of `include` and none of `exclude`; compiles once. A pattern that has a
 * problem matches no tag when it is included, and every tag when it is excluded: what its owner
 * wanted left alone is not known, and nothing may be touched that was not asked for.
 */
export function tagMatcher(include: readonly string[], exclude: readonly string[]): TagTest {
  const wanted = include.map(compile).flatMap((one) => (one.kind === "test" ? [one.test] : []));
  const unwanted = exclude.map(compile).map((one) => (one.kind === "test" ? one.test : () => true));
  return (tag) => wanted.some((test) => test(tag)) && !unwanted.some((test) => test(tag));
}

import { type Compiled, problem, tagTest } from "./tag-test.ts";

const glob = /^[\w.*?-]+$/;

/** "1.*", "v?.*-alpine": `*` is any number of characters, `?` exactly one; all of the tag must match. */
export function compileGlob(pattern: string): Compiled {
  if (!glob.test(pattern))
    return problem(
      "A glob has only letters, digits, _ . - and * ? in it; write anything more as a regular expression: /^1\\.[0-9]+$/.",
    );
  return tagTest((tag) => matches(pattern, tag));
}

/**
 * Only the last `*` is ever tried again: what an earlier one took can be left as short as it is. So
 * the work is at most the length of the tag times that of the glob.
 */
function matches(pattern: string, tag: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let retry = 0;
  while (at < tag.length) {
    if (pattern[next] === "*") {
      star = next;
      next += 1;
      retry = at;
    } else if (next < pattern.length && (pattern[next] === "?" || pattern[next] === tag[at])) {
      next += 1;
      at += 1;
    } else if (star >= 0) {
      next = star + 1;
      retry += 1;
      at = retry;
    } else return false;
  }
  while (pattern[next] === "*") next += 1;
  return next === pattern.length;
}

import Range from "semver/classes/range.js";
import parse from "semver/functions/parse.js";
import { type Compiled, problem, tagTest } from "./tag-test.ts";

const version = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(-[0-9A-Za-z.-]+)?$/;

/**
 * ">=1.2 <2", "~1.27", "^2", "1.2 - 1.4", "<1 || >=3": a range as npm's semver reads it. Tags that are
 * no versions are in none; see `versionOf`. A tag with a suffix is a pre-release, and those are only
 * in a range that names one of the same version: "1.5.0-rc1" is not in ">=1.2", but in ">=1.5.0-rc0".
 */
export function compileRange(pattern: string): Compiled {
  const range = rangeOf(pattern);
  if (range === undefined)
    return problem(
      'Not a version range. Write one like ">=1.2 <2", "~1.27", "^2" or "1.2 - 1.4", with all three numbers before a suffix ("~1.27.0-rc"); without < > = ~ ^ | and blanks it is a tag or a glob.',
    );
  return tagTest((tag) => {
    const found = versionOf(tag);
    return found !== null && range.test(found);
  });
}

function rangeOf(pattern: string): Range | undefined {
  // Without a number, as in " " or "||", it would mean any version, which nobody writes on purpose.
  if (!/\d/.test(pattern)) return undefined;
  try {
    return new Range(withoutLeadingZeros(pattern));
  } catch {
    return undefined;
  }
}

/**
 * The version a tag stands for: "v1.5" is 1.5.0, "24.04" is 24.4.0 and 20261121 is 20261121.0.0. null for
 * "latest", "1.2.3.4", "1.5_2", and numbers beyond 2^53, which semver does not compare.
 */
function versionOf(tag: string) {
  const parts = version.exec(withoutLeadingZeros(tag));
  if (!parts) return null;
  const [, major = "", minor = "0", patch = "0", suffix = ""] = parts;
  return parse(`${major}.${minor}.${patch}${suffix}`);
}

/** semver takes none, yet tags made of dates have them: "24.04". */
function withoutLeadingZeros(text: string): string {
  return text.replace(/(?<![0-9A-Za-z])(v?)0+(?=\d)/g, "$1");
}

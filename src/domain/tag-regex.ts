import { RE2JS, RE2JSSyntaxException, RE2Set } from "re2js";
import { type Compiled, problem, tagTest } from "./tag-test.ts";

/*
 * RE2 takes time in proportion to text times program, so it is the program that has to be kept
 * small. Measured on tags of 128 characters made to be hard: the heaviest expression takes up to
 * 4 ms a tag and the heaviest list 15 ms. By RE2's own limits, compiling one alone may take 100 ms
 * and 60 MB.
 */
const heaviestOne = 256;
const heaviestList = 1000;

/** Bytes a compiled expression may keep of what it has learnt from earlier tags; 8 MiB unless told. */
const memory = 256 * 1024;

/** An escape, flags, a class, a repetition, or one character. */
const tokens = /\\.|\(\?[A-Za-z-]*\)|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(\d+)(?:,(\d*))?\}|./g;

const unsupported = /\(\?<?[=!]|\\[1-9k]/;

/** `body` without its slashes, in RE2's syntax; it may match anywhere in the tag. */
export function compileRegex(body: string): Compiled {
  if (body === "") return problem('An empty regular expression matches every tag; write "*".');
  // Both would let brackets be read in two ways, and hide from `weight` what they hold.
  if (/\\Q|\[:/.test(body))
    return problem(
      "\\Q and classes such as [:alpha:] are not supported; put a \\ before each special character, and write [A-Za-z].",
    );
  if (weight(body) > heaviestOne)
    return problem(
      `This regular expression is too large: its length with every {n} counted out may come to ${heaviestOne}. Write * or + in place of {n}.`,
    );
  // A set of one, for only sets let their memory be limited. Tags are ASCII, so \pL would only cost.
  const set = new RE2Set(RE2Set.UNANCHORED, RE2JS.DISABLE_UNICODE_GROUPS, memory);
  try {
    set.add(body);
  } catch (error) {
    return problem(syntaxProblem(body, error));
  }
  return tagTest((tag) => set.match(tag).length > 0);
}

/** What is wrong with all regular expressions of a list together, by their bodies. */
export function regexListProblem(bodies: readonly string[]): string | undefined {
  const total = bodies.reduce((sum, body) => sum + weight(body), 0);
  if (total <= heaviestList) return undefined;
  return `The regular expressions are too large together: their lengths with every {n} counted out may come to ${heaviestList}. Leave some out, or write globs.`;
}

/**
 * How long the expression is with every repetition of a known number written out: the program is at
 * most a few times that, and this is found before anything is compiled. `(a.{3}){2}` weighs 12.
 */
function weight(body: string): number {
  const groups = [0];
  let last = 1;
  const add = (amount: number) => {
    groups.push((groups.pop() ?? 0) + amount);
  };
  for (const [token, least, most] of body.matchAll(tokens)) {
    if (least !== undefined) {
      const count = Math.max(Number(least), Number(most ?? 0), 1);
      add(last * (count - 1));
      last *= count;
    } else if (/^(?:[*+?]|\(\?.*)$/.test(token)) {
      // Neither can be repeated itself: in `a{9}?(?i){9}` it is all of a{9} that is, once more.
      add(1);
    } else if (token === "(") {
      groups.push(1);
    } else {
      last = token === ")" && groups.length > 1 ? 1 + (groups.pop() ?? 0) : 1;
      add(last);
    }
  }
  return groups.reduce((sum, one) => sum + one, 0);
}

/** Never repeats the expression itself. */
function syntaxProblem(body: string, error: unknown): string {
  if (unsupported.test(body))
    return 'Lookaround such as (?=…) and (?!…) and backreferences such as \\1 are not supported (the syntax is RE2\'s); write what is not wanted under "exclude".';
  if (/\\p/i.test(body))
    return "Unicode classes such as \\p{L} are not supported: tags are ASCII, so write [A-Za-z].";
  const what = error instanceof RE2JSSyntaxException ? error.getDescription() : "unknown error";
  return `This regular expression cannot be compiled: ${what}. The syntax is RE2's: github.com/google/re2/wiki/Syntax.`;
}

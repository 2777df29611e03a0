/** One challenge of a WWW-Authenticate header: scheme and parameter names in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const separators = /[\s,]*/y;
const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const parameterValue = /\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+./:?@^_`|~0-9A-Za-z-]+))/y;
/** "Negotiate YII…==": a credential in place of parameters. */
const token68 = / +[\w.~+/-]+=*(?=\s*(?:,|$))/y;

/**
 * All challenges of a WWW-Authenticate header (RFC 9110 section 11.6.1), several in one header too
 * (codeberg.org). Values may be quoted or, as gcr.io's service, bare. The first of two parameters
 * with one name counts. What follows something unreadable is left out.
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const found: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(header);
    if (match) at = pattern.lastIndex;
    return match;
  };
  for (;;) {
    take(separators);
    const word = take(token)?.[0].toLowerCase();
    if (word === undefined) return found;
    const value = take(parameterValue);
    const current = found.at(-1);
    if (!value) {
      found.push({ scheme: word, parameters: new Map() });
      take(token68);
    } else if (current && !current.parameters.has(word)) {
      current.parameters.set(word, value[1]?.replace(/\\(.)/g, "$1") ?? value[2] ?? "");
    }
  }
}

/** The Bearer challenge of a WWW-Authenticate header, when there is one with a realm. */
export function bearerChallenge(header: string | undefined): Challenge | undefined {
  return parseChallenges(header ?? "").find(
    ({ scheme, parameters }) => scheme === "bearer" && parameters.get("realm"),
  );
}

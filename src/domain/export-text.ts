/** Nothing that ends a line, hides what is shown or turns its direction stands in an export as it is. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;
const notPlain = new RegExp(`[\\\\'"]|[$%](?=\\{)|${hidden.source}`, "gu");

const hex = (character: string) => (character.codePointAt(0) ?? 0).toString(16).toUpperCase();

/** A value in a comment: JSON on one line, which no value can leave and every program can read back. */
export function noted(value: unknown): string {
  const escape = (found: string) =>
    Array.from(
      { length: found.length },
      (_unit, index) => String.raw`\u${found.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join("");
  return (JSON.stringify(value) ?? "null").replaceAll(new RegExp(hidden, "gu"), escape);
}

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** What stands between the quotes of a Bicep string (learn.microsoft.com: "Data types in Bicep", strings). */
export function bicepText(text: string): string {
  return text.toWellFormed().replaceAll(notPlain, (found) => {
    if (found === '"' || found === "%") return found;
    if (/^[\\'$]$/.test(found)) return `\\${found}`;
    return short[found] ?? `\\u{${hex(found)}}`;
  });
}

/** What stands between the quotes of a Terraform string (developer.hashicorp.com: "Strings and Templates"). */
export function terraformText(text: string): string {
  return text.toWellFormed().replaceAll(notPlain, (found, at: number, whole: string) => {
    if (found === "'") return found;
    if (/^[\\"]$/.test(found)) return `\\${found}`;
    // Doubled it is no template; behind another such sign parsers differ on which two belong together.
    if (/^[$%]$/.test(found) && !/[$%]/.test(whole.charAt(at - 1))) return found + found;
    const code = hex(found);
    if (code.length > 4) return `\\U${code.padStart(8, "0")}`;
    return short[found] ?? `\\u${code.padStart(4, "0")}`;
  });
}

export const bicepQuoted = (text: string) => `'${bicepText(text)}'`;
export const terraformQuoted = (text: string) => `"${terraformText(text)}"`;

/** Arguments of one Terraform block, aligned as `terraform fmt` does. */
export function assignments(
  indent: string,
  pairs: readonly (readonly [name: string, expression: string])[],
): readonly string[] {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, expression]) => `${indent}${name.padEnd(width)} = ${expression}`);
}

/** A word for a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Every line behind the sign of a comment. */
export function commented(sign: "//" | "#", lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === "" ? sign : `${sign} ${line}`));
}

/** By name, whatever the case; names that differ in case alone have an order, too. */
export function byName(a: string, b: string): number {
  const [first, second] = [a.toLowerCase(), b.toLowerCase()];
  if (first !== second) return first < second ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

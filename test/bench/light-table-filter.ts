/** A row as the service stores it. */
export type LightRow = Readonly<Record<string, unknown>>;

type Test = (row: LightRow) => boolean;
type Compare = (held: string, wanted: string) => boolean;

const compares: Readonly<Record<string, Compare>> = {
  eq: (a, b) => a === b,
  ge: (a, b) => a >= b,
  gt: (a, b) => a > b,
  le: (a, b) => a <= b,
  lt: (a, b) => a < b,
};

/** An OData filter of comparisons with texts, "and", "or" and brackets: what Larder writes. */
export function tableFilter(text: string): Test {
  const tokens = text.match(/\(|\)|'(?:[^']|'')*'|[^\s()]+/g) ?? [];
  let at = 0;
  const either = (): Test => {
    const tests = [both()];
    while (tokens[at] === "or") {
      at += 1;
      tests.push(both());
    }
    return (row) => tests.some((test) => test(row));
  };
  const both = (): Test => {
    const tests = [one()];
    while (tokens[at] === "and") {
      at += 1;
      tests.push(one());
    }
    return (row) => tests.every((test) => test(row));
  };
  const one = (): Test => {
    if (tokens[at] === "(") {
      at += 1;
      const inner = either();
      at += 1;
      return inner;
    }
    const [name = "", operator = "", quoted = ""] = tokens.slice(at, at + 3);
    at += 3;
    const compare = compares[operator];
    if (!compare || !quoted.startsWith("'")) throw new Error(`not understood: ${text}`);
    const wanted = quoted.slice(1, -1).replaceAll("''", "'");
    return ({ [name]: held }) => typeof held === "string" && compare(held, wanted);
  };
  return either();
}

/** The partition and the row keys that a filter asks for, so that only those rows are looked at. */
export function keyBounds(filter: string): {
  readonly partitionKey: string;
  readonly from: string;
  readonly before: string | undefined;
} {
  const operand = (what: string) =>
    new RegExp(`\\b${what} '((?:[^']|'')*)'`).exec(filter)?.[1]?.replaceAll("''", "'");
  return {
    partitionKey: operand("PartitionKey eq") ?? "",
    from: operand("RowKey ge") ?? "",
    before: operand("RowKey lt"),
  };
}

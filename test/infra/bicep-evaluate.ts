import type { Node } from "web-tree-sitter";
import { parts } from "./bicep-parse.ts";
import { textOf } from "./bicep-value.ts";

/** What names mean: values of params, and vars, whose expressions are evaluated when they are asked for. */
export interface Meaning {
  readonly values: Readonly<Record<string, unknown>>;
  readonly vars: ReadonlyMap<string, Node>;
  /** By the function's name. */
  readonly functions: Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;
}

/** The value of an expression, for the little of Bicep that decides which roles are assigned and what Larder's settings are. Throws for the rest. */
export function evaluate(node: Node, meaning: Meaning): unknown {
  const inner = parts(node);
  const of = (part: Node | undefined) => (part ? evaluate(part, meaning) : undefined);
  const field = (name: string) => node.childForFieldName(name) ?? undefined;
  switch (node.type) {
    case "string":
      return inner.some(({ type }) => type === "interpolation")
        ? inner.map((one) => (one.type === "interpolation" ? of(parts(one)[0]) : one.text)).join("")
        : textOf(node);
    case "number":
      return Number(node.text);
    case "boolean":
      return node.text === "true";
    case "identifier":
      return named(node.text, meaning);
    case "parenthesized_expression":
      return of(inner[0]);
    case "array":
      return items(inner, meaning);
    case "object":
      return Object.fromEntries(
        inner.map(parts).map(([key, value]) => [key && textOfKey(key), of(value)]),
      );
    case "lambda_expression":
      return lambda(inner, meaning);
    case "binary_expression":
      return compared(node, of(field("left")), of(field("right")));
    case "unary_expression":
      return !of(field("argument"));
    case "ternary_expression":
      return of(of(field("condition")) ? field("consequence") : field("alternative"));
    case "member_expression":
      return (of(field("object")) as Record<string, unknown>)[field("property")?.text ?? ""];
    case "subscript_expression":
      return indexed(field("object"), of, String(of(field("index"))));
    case "call_expression": {
      const called = meaning.functions[field("function")?.text ?? ""];
      const given = field("arguments");
      if (called && given) return called(...parts(given).map((one) => evaluate(one, meaning)));
    }
  }
  throw new Error(`Nobody said what this means: ${node.text}`);
}

/** The grammar takes the ['d'] of `a ? b : c['d']` for one of the whole. */
function indexed(
  object: Node | undefined,
  of: (part: Node | undefined) => unknown,
  index: string,
): unknown {
  const at = (value: unknown) => (value as Record<string, unknown>)[index];
  if (object?.type !== "ternary_expression") return at(of(object));
  const [condition, yes, no] = ["condition", "consequence", "alternative"].map(
    (name) => object.childForFieldName(name) ?? undefined,
  );
  return of(condition) ? of(yes) : at(of(no));
}

function textOfKey(key: Node): string {
  return key.type === "string" ? textOf(key) : key.text;
}

function lambda([first, body]: readonly Node[], meaning: Meaning) {
  const names = first ? (first.type === "identifier" ? [first] : parts(first)) : [];
  return (...given: readonly unknown[]): unknown => {
    const bound = Object.fromEntries(names.map(({ text }, at) => [text, given[at]]));
    return body && evaluate(body, { ...meaning, values: { ...meaning.values, ...bound } });
  };
}

function compared(node: Node, left: unknown, right: unknown): unknown {
  const operator = node.children.find(({ isNamed }) => !isNamed)?.type;
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (operator === "&&") return left && right;
  if (operator === "||") return left || right;
  throw new Error(`Nobody said what this means: ${node.text}`);
}

function named(name: string, { values, vars, functions }: Meaning): unknown {
  if (name in values) return values[name];
  const expression = vars.get(name);
  if (!expression) throw new Error(`Nobody said what "${name}" is.`);
  return evaluate(expression, { values, vars, functions });
}

/** The grammar takes `a['b']` at the beginning of a line for two items. */
function items(inner: readonly Node[], meaning: Meaning): readonly unknown[] {
  return inner.flatMap((node, at) => {
    const next = inner[at + 1];
    const before = inner[at - 1];
    const [index] = next && isIndexOf(node, next) ? parts(next) : [];
    if (before && isIndexOf(before, node)) return [];
    const value = evaluate(node, meaning);
    return index ? [(value as Record<string, unknown>)[String(evaluate(index, meaning))]] : [value];
  });
}

function isIndexOf(node: Node, next: Node): boolean {
  return node.type === "identifier" && next.type === "array" && node.endIndex === next.startIndex;
}

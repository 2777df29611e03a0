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

/** The value of an expression, for the little of Bicep that decides which roles are assigned. Throws for the rest. */
export function evaluate(node: Node, meaning: Meaning): unknown {
  const inner = parts(node);
  const of = (part: Node | undefined) => (part ? evaluate(part, meaning) : undefined);
  const field = (name: string) => node.childForFieldName(name) ?? undefined;
  switch (node.type) {
    case "string":
      return textOf(node);
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
    case "unary_expression":
      return !of(field("argument"));
    case "ternary_expression":
      return of(of(field("condition")) ? field("consequence") : field("alternative"));
    case "member_expression":
      return (of(field("object")) as Record<string, unknown>)[field("property")?.text ?? ""];
    case "subscript_expression":
      return (of(field("object")) as Record<string, unknown>)[String(of(field("index")))];
    case "call_expression": {
      const called = meaning.functions[field("function")?.text ?? ""];
      const given = field("arguments");
      if (called && given) return called(...parts(given).map((one) => evaluate(one, meaning)));
    }
  }
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

import type { Node } from "web-tree-sitter";
import { parts } from "./bicep-parse.ts";

/** What only the deployment knows. */
export interface Code {
  readonly code: string;
  readonly node: Node;
}

export type Fields = ReadonlyMap<string, Value>;
export type Value = string | number | boolean | null | Code | readonly Value[] | Fields;

/** The value of an expression as far as it is written down: objects and lists of literals and of code. */
export function valueOf(node: Node): Value {
  const inner = parts(node);
  switch (node.type) {
    case "string":
      return inner.some(({ type }) => type === "interpolation") ? codeOf(node) : textOf(node);
    case "number":
      return Number(node.text);
    case "boolean":
      return node.text === "true";
    case "null":
      return null;
    case "array":
      return inner.map(valueOf);
    case "object":
      return fieldsOf(node);
    case "parenthesized_expression":
      return inner.length === 1 && inner[0] ? valueOf(inner[0]) : codeOf(node);
    default:
      return codeOf(node);
  }
}

function codeOf(node: Node): Code {
  return { code: node.text, node };
}

/** The properties of an object; resources nested in it are none of them. */
function fieldsOf(node: Node): Fields {
  const fields = new Map<string, Value>();
  for (const property of parts(node)) {
    const [key, value] = parts(property);
    if (property.type !== "object_property" || !key || !value) continue;
    fields.set(key.type === "string" ? textOf(key) : key.text, valueOf(value));
  }
  return fields;
}

/** Between its quotes, with \' and the like resolved, and ${…} as it is written. */
export function textOf(string: Node): string {
  if (string.text.startsWith("'''")) return string.text.slice(3, -3).replace(/^\r?\n/, "");
  return string.text
    .slice(1, -1)
    .replace(/\\(u\{([0-9a-f]+)\}|.)/gi, (_, one: string, hex?: string) =>
      hex ? String.fromCodePoint(Number.parseInt(hex, 16)) : (escapes[one] ?? one),
    );
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

export function isFields(value: Value | undefined): value is Fields {
  return value instanceof Map;
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

export function isCode(value: Value | undefined): value is Code {
  return typeof value === "object" && value !== null && !isFields(value) && !isList(value);
}

/** What stands at "properties.features.x", if anything does. */
export function at(value: Value | undefined, path: string): Value | undefined {
  return path
    .split(".")
    .reduce<Value | undefined>(
      (inner, key) => (isFields(inner) ? inner.get(key) : undefined),
      value,
    );
}

/** For messages. */
export function shown(value: Value | undefined): string {
  if (value === undefined) return "nothing";
  if (isCode(value)) return value.code;
  if (isFields(value)) return `{${[...value.keys()].join(", ")}}`;
  if (isList(value)) return `[${value.map(shown).join(", ")}]`;
  return JSON.stringify(value);
}

import type { Node } from "web-tree-sitter";
import { everyNode, faultyLines, parseBicep, parts } from "./bicep-parse.ts";

/** A resource as written: strings in their meaning, anything else as its text. */
interface Resource {
  readonly symbol: string;
  readonly type: string;
  readonly existing: boolean;
  readonly condition: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface BicepExport {
  readonly faults: readonly number[];
  /** Kinds of the nodes at the top, but for comments. */
  readonly kinds: readonly string[];
  readonly comments: readonly string[];
  readonly resources: readonly Resource[];
}

/**
 * The grammar (1.1.0) takes "//" and "/*" for a comment where a string or a part of one begins. An export
 * has strings and comments on lines of their own, so slashes of the former can be written otherwise.
 */
function withoutSlashes(text: string): string {
  return text.replaceAll(/^(?!\s*\/\/).*$/gm, (line) => line.replaceAll(/\/(?=[/*])/g, "\\u{2F}"));
}

export function readBicep(text: string): BicepExport {
  const root = parseBicep(withoutSlashes(text));
  const top = parts(root);
  return {
    faults: faultyLines(root),
    kinds: top.map(({ type }) => type),
    comments: [...everyNode(root)]
      .filter(({ type }) => type === "comment")
      .map(({ text: all }) => all),
    resources: top.filter(({ type }) => type === "resource_declaration").map(resource),
  };
}

function resource(node: Node): Resource {
  const [symbol, type, rest] = parts(node);
  if (!symbol || !type || !rest) throw new Error(`No resource: ${node.text}`);
  const [condition, body] = rest.type === "if_statement" ? parts(rest) : [undefined, rest];
  if (!body) throw new Error(`No body: ${node.text}`);
  return {
    symbol: symbol.text,
    type: String(value(type)),
    existing: node.children.some((child) => child.text === "existing"),
    condition: condition?.text,
    body: value(body) as Readonly<Record<string, unknown>>,
  };
}

function value(node: Node): unknown {
  if (node.type === "object") {
    const properties = parts(node).filter(({ type }) => type === "object_property");
    return Object.fromEntries(
      properties.map((one) => {
        const [key, of] = parts(one);
        return [key?.text, of && value(of)];
      }),
    );
  }
  if (node.type === "array") return parts(node).map(value);
  const whole = node.type === "string" && !parts(node).some(({ type }) => type === "interpolation");
  return whole ? meaning(node.text.slice(1, -1)) : node.text;
}

const short: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** Bicep's escapes undone; throws at a quote, an interpolation or a control character that is not escaped. */
function meaning(text: string): string {
  const rest = text.replaceAll(/\\u\{[0-9A-F]+\}|\\[\\'nrt]|\\\$\{/g, "(");
  if (/['\\\p{Cc}\p{Zl}\p{Zp}]|\$\{/u.test(rest)) throw new Error(`Not escaped: ${text}`);
  return text.replaceAll(
    /\\(?:u\{([0-9A-F]+)\}|(.))/g,
    (_all, code: string | undefined, sign = "") =>
      code === undefined ? (short[sign] ?? sign) : String.fromCodePoint(Number.parseInt(code, 16)),
  );
}

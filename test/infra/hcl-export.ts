import { createRequire } from "node:module";
import { Language, type Node, Parser } from "web-tree-sitter";

await Parser.init();
const grammar = createRequire(import.meta.url).resolve(
  "@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm",
);
const parser = new Parser();
parser.setLanguage(await Language.load(grammar));

/** A block as written: arguments by name, strings in their meaning, anything else as its text. */
export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: Readonly<Record<string, string>>;
  readonly blocks: readonly Block[];
}

export interface HclExport {
  readonly faulty: boolean;
  readonly comments: readonly string[];
  readonly blocks: readonly Block[];
}

export function readHcl(text: string): HclExport {
  const root = parser.parse(text)?.rootNode;
  if (!root) throw new Error("The parser gave no tree.");
  return {
    faulty: root.hasError,
    comments: root.descendantsOfType("comment").map((node) => node.text),
    blocks: root.namedChildren.filter(({ type }) => type === "body").flatMap(blocksOf),
  };
}

const blocksOf = (body: Node) =>
  body.namedChildren.filter(({ type }) => type === "block").map(block);

function block(node: Node): Block {
  const body = node.namedChildren.find(({ type }) => type === "body");
  const attributes = body?.namedChildren.filter(({ type }) => type === "attribute") ?? [];
  return {
    type: node.namedChildren[0]?.text ?? "",
    labels: node.namedChildren
      .filter(({ type }) => type === "string_lit")
      .map((label) => label.text.slice(1, -1)),
    body: Object.fromEntries(
      attributes.map(({ namedChildren: [name, expression] }) => [
        name?.text ?? "",
        expression ? value(expression) : "",
      ]),
    ),
    blocks: body ? blocksOf(body) : [],
  };
}

function value(expression: Node): string {
  const { text } = expression;
  const templates = expression.descendantsOfType(["template_interpolation", "template_directive"]);
  return text.startsWith('"') && templates.length === 0 ? meaning(text.slice(1, -1)) : text;
}

const short: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** HCL's escapes undone; throws at a quote, a template or a control character that is not escaped. */
function meaning(text: string): string {
  const escapes = /\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\([\\"nrt])|([$%])\4(?=\{)/g;
  const rest = text.replaceAll(escapes, "(");
  if (/["\\\p{Cc}\p{Zl}\p{Zp}]|[$%]\{/u.test(rest)) throw new Error(`Not escaped: ${text}`);
  return text.replaceAll(
    escapes,
    (_all, unit?: string, code?: string, sign?: string, intro?: string) =>
      intro ??
      (sign === undefined
        ? String.fromCodePoint(Number.parseInt(unit ?? code ?? "", 16))
        : (short[sign] ?? sign)),
  );
}

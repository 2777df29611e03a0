import { createRequire } from "node:module";
import { Language, type Node, Parser } from "web-tree-sitter";

await Parser.init();
const grammar = createRequire(import.meta.url).resolve("tree-sitter-bicep/tree-sitter-bicep.wasm");
const parser = new Parser();
parser.setLanguage(await Language.load(grammar));

const extensionLine = /^extension\s+(\S+).*$/gm;

/** Names of the extensions that a text asks for. */
export function extensionsOf(text: string): readonly string[] {
  return [...text.matchAll(extensionLine)].map(([, name = ""]) => name);
}

/** The tree of a Bicep text. The grammar does not know `extension x`; such lines count as empty. */
export function parseBicep(text: string): Node {
  const tree = parser.parse(text.replace(extensionLine, ""));
  if (!tree) throw new Error("The parser gave no tree.");
  return tree.rootNode;
}

export const lineOf = (node: Node): number => node.startPosition.row + 1;

/** Children that say something: no punctuation, no comments. */
export function parts(node: Node): readonly Node[] {
  return node.namedChildren.filter(({ type }) => !type.endsWith("comment"));
}

/** Every node below, itself included, outer ones first. */
export function* everyNode(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) yield* everyNode(child);
}

/** Lines that the grammar could not read, or read only by adding something. */
export function faultyLines(root: Node): readonly number[] {
  if (!root.hasError) return [];
  const faulty = [...everyNode(root)].filter((node) => node.isError || node.isMissing);
  return [...new Set(faulty.map(lineOf))];
}

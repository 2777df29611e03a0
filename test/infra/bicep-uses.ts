import type { Node } from "web-tree-sitter";
import { lineOf, parts } from "./bicep-parse.ts";

/** A place where a name of the file, a function or a module's output is meant. */
export interface Use {
  readonly kind: "value" | "function" | "type" | "output";
  /** Of an output: "module.output". */
  readonly name: string;
  readonly line: number;
}

type Locals = ReadonlySet<string>;

/** All uses in a tree, in the order of the text; names of loops, lambdas and functions' own parameters are none. */
export function usesIn(root: Node): readonly Use[] {
  return [...walk(root, new Set())];
}

function* walk(node: Node, locals: Locals): Generator<Use> {
  const rest = parts(node);
  switch (node.type) {
    case "identifier":
      if (!locals.has(node.text)) yield use(isCallee(node) ? "function" : "value", node);
      return;
    case "type":
    case "type_declaration":
      yield* typesIn(node);
      return;
    case "decorator":
    case "call_expression":
      yield* call(node, locals);
      return;
    case "for_statement":
      yield* loop(rest, locals);
      return;
    case "arguments":
      // The grammar reads `x => a ? x.b : x.c` as if only `a` were the lambda's; its names hold for all of it.
      for (const one of rest) yield* walk(one, added(locals, lambdaNames(one)));
      return;
    case "lambda_expression":
      yield* walkAll(rest.slice(1), locals);
      return;
    case "member_expression":
      yield* outputUse(node);
      yield* walkAll(rest.slice(0, 1), locals);
      return;
    case "resource_expression":
      yield* walkAll(rest.slice(0, 1), locals);
      return;
    case "object_property":
      yield* walkAll(rest[0]?.type === "identifier" ? rest.slice(1) : rest, locals);
      return;
    case "user_defined_function":
      yield* walkAll(rest.slice(1), added(locals, functionNames(node)));
      return;
    default:
      yield* walkAll(declares.has(node.type) ? rest.slice(1) : rest, locals);
  }
}

/** In a list the grammar reads `empty(x) ? a : b` as two entries, `empty` and `(x) ? a : b`. */
function isCallee(node: Node): boolean {
  const next = node.parent?.type === "array" ? node.nextNamedSibling : null;
  return next?.startIndex === node.endIndex && next.text.startsWith("(");
}

const declares = new Set([
  "metadata_declaration",
  "parameter_declaration",
  "variable_declaration",
  "output_declaration",
  "resource_declaration",
  "module_declaration",
  "parameter",
]);

function* walkAll(nodes: readonly Node[], locals: Locals): Generator<Use> {
  for (const node of nodes) yield* walk(node, locals);
}

function* call(node: Node, locals: Locals): Generator<Use> {
  if (node.type === "decorator") {
    const given = parts(node)[0]?.childForFieldName("arguments");
    if (given) yield* walk(given, locals);
    return;
  }
  const callee = node.childForFieldName("function");
  const given = node.childForFieldName("arguments");
  if (callee) yield* calleeUse(callee, locals);
  if (given) yield* walk(given, locals);
}

/** `az.take()` and `sys.take()` are `take()`; of `vault.getSecret()` both the function and `vault` are used. */
function* calleeUse(callee: Node, locals: Locals): Generator<Use> {
  if (callee.type === "identifier") {
    yield use("function", callee);
    return;
  }
  const [object, property] = parts(callee);
  if (property) yield use("function", property);
  if (object && !["az", "sys"].includes(object.text)) yield* walk(object, locals);
}

function* loop(rest: readonly Node[], locals: Locals): Generator<Use> {
  const [first, iterated, ...body] = rest;
  if (!first) return;
  const names = first.type === "for_loop_parameters" ? parts(first) : [first];
  if (iterated) yield* walk(iterated, locals);
  yield* walkAll(
    body,
    added(
      locals,
      names.map(({ text }) => text),
    ),
  );
}

function* typesIn(node: Node): Generator<Use> {
  const rest = parts(node).filter(({ type }) => type !== "decorators");
  if (node.type === "identifier") yield use("type", node);
  const keyed = node.type === "object_property" || node.type === "type_declaration";
  for (const one of keyed ? rest.slice(1) : rest) yield* typesIn(one);
}

/** `m.outputs.x`, `m!.outputs.x`, `m.?outputs.?x`, `m[0].outputs.x`. */
function* outputUse(node: Node): Generator<Use> {
  const [outputs, name] = parts(node);
  if (outputs?.type !== "member_expression" || !name) return;
  const [module, word] = parts(outputs);
  if (word?.text !== "outputs" || !module) return;
  const symbol = module.type === "subscript_expression" ? parts(module)[0] : module;
  if (symbol?.type === "identifier")
    yield { kind: "output", name: `${symbol.text}.${name.text}`, line: lineOf(name) };
}

function lambdaNames(node: Node): readonly string[] {
  return node
    .descendantsOfType("lambda_expression")
    .flatMap((lambda) => parts(lambda).slice(0, 1))
    .flatMap((first) => (first.type === "identifier" ? [first] : parts(first)))
    .map(({ text }) => text);
}

function functionNames(node: Node): readonly string[] {
  const parameters = parts(node).find(({ type }) => type === "parameters");
  return parameters ? parts(parameters).map((one) => parts(one)[0]?.text ?? "") : [];
}

function added(locals: Locals, names: readonly string[]): Locals {
  return names.length === 0 ? locals : new Set([...locals, ...names]);
}

function use(kind: Use["kind"], node: Node): Use {
  return { kind, name: node.text, line: lineOf(node) };
}

import type { Node } from "web-tree-sitter";
import { extensionsOf, lineOf, parseBicep, parts } from "./bicep-parse.ts";
import { bodyOf, type Resource, resourcesIn } from "./bicep-resource.ts";
import { type Fields, isFields, textOf, type Value, valueOf } from "./bicep-value.ts";

interface Declaration {
  readonly name: string;
  readonly line: number;
  readonly description: string | undefined;
}
export interface Param extends Declaration {
  /** As it is written: "string", "string[]", "int?". */
  readonly type: string;
  readonly allowed: readonly Value[] | undefined;
  readonly default: Value | undefined;
  /** Has a default, or may be null. */
  readonly optional: boolean;
  readonly secure: boolean;
  readonly maxLength: number | undefined;
}
interface Variable extends Declaration {
  readonly value: Value;
}
interface Output extends Variable {
  readonly type: string;
  readonly secure: boolean;
}
export interface Module {
  readonly symbol: string;
  readonly line: number;
  /** As it is written. */
  readonly path: string;
  readonly params: Fields;
  readonly scope: Value | undefined;
  readonly condition: string | undefined;
  /** What a loop goes over, as it is written. */
  readonly over: string | undefined;
}
export interface BicepFile {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
  readonly root: Node;
  /** targetScope. */
  readonly scope: string;
  readonly extensions: readonly string[];
  readonly params: readonly Param[];
  readonly vars: readonly Variable[];
  readonly outputs: readonly Output[];
  readonly resources: readonly Resource[];
  readonly modules: readonly Module[];
  /** Names of its own functions. */
  readonly functions: readonly string[];
}

export function readBicep(path: string, text: string): BicepFile {
  const root = parseBicep(text);
  const decorated = decoratedIn(root);
  const of = (type: string) => decorated.filter(({ node }) => node.type === type);
  const [scope] = of("target_scope_assignment").flatMap(({ node }) => parts(node));
  return {
    path,
    text,
    root,
    scope: scope ? textOf(scope) : "resourceGroup",
    extensions: extensionsOf(text),
    params: of("parameter_declaration").map(paramOf),
    vars: of("variable_declaration").map(variableOf),
    outputs: of("output_declaration").map(outputOf),
    resources: of("resource_declaration").flatMap(({ node }) => resourcesIn(node)),
    modules: of("module_declaration").map(moduleOf),
    functions: of("user_defined_function").map(
      ({ node }) => node.childForFieldName("name")?.text ?? "",
    ),
  };
}

/** A declaration and the arguments of its decorators: "description" -> its text. */
interface Decorated {
  readonly node: Node;
  readonly decorators: ReadonlyMap<string, readonly Value[]>;
}

function decoratedIn(root: Node): readonly Decorated[] {
  const found: Decorated[] = [];
  let decorators = new Map<string, readonly Value[]>();
  for (const node of parts(root)) {
    if (node.type === "decorators") {
      decorators = new Map(parts(node).map(decoratorOf));
      continue;
    }
    found.push({ node, decorators });
    decorators = new Map();
  }
  return found;
}

/** `@description('x')` and `@sys.description('x')` are one. */
function decoratorOf(node: Node): readonly [string, readonly Value[]] {
  const call = parts(node)[0];
  const name = call?.childForFieldName("function")?.text.replace(/^sys\./, "") ?? "";
  const given = call?.childForFieldName("arguments");
  return [name, given ? parts(given).map(valueOf) : []];
}

function declared({ node, decorators }: Decorated): Declaration {
  const [description] = decorators.get("description") ?? [];
  return {
    name: parts(node)[0]?.text ?? "",
    line: lineOf(node),
    description: typeof description === "string" ? description : undefined,
  };
}

function paramOf(one: Decorated): Param {
  const [, type, value] = parts(one.node);
  const allowed = one.decorators.get("allowed")?.[0];
  const maxLength = one.decorators.get("maxLength")?.[0];
  return {
    ...declared(one),
    type: type?.text ?? "",
    allowed: Array.isArray(allowed) ? allowed : undefined,
    default: value && valueOf(value),
    optional: value !== undefined || (type?.text.endsWith("?") ?? false),
    secure: one.decorators.has("secure"),
    maxLength: typeof maxLength === "number" ? maxLength : undefined,
  };
}

function variableOf(one: Decorated): Variable {
  const value = parts(one.node).at(-1);
  return { ...declared(one), value: value ? valueOf(value) : null };
}

function outputOf(one: Decorated): Output {
  const type = parts(one.node)[1]?.text ?? "";
  return { ...variableOf(one), type, secure: one.decorators.has("secure") };
}

function moduleOf({ node }: Decorated): Module {
  const [symbol, path, form] = parts(node);
  const { body, condition, over } = bodyOf(form);
  const params = body.get("params");
  return {
    symbol: symbol?.text ?? "",
    line: lineOf(node),
    path: path ? textOf(path) : "",
    params: isFields(params) ? params : new Map(),
    scope: body.get("scope"),
    condition,
    over,
  };
}

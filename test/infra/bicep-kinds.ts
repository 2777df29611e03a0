import type { Node } from "web-tree-sitter";
import type { BicepFile } from "./bicep-file.ts";
import { type Project, pathFrom } from "./bicep-project.ts";
import { isCode, isFields, isList, type Value, valueOf } from "./bicep-value.ts";

export type Kind = "string" | "int" | "bool" | "array" | "object";

/** What a type's text stands for; undefined where that is not said here (any, a type of its own). */
export function kindOfType(type: string): Kind | undefined {
  const whole = type.replace(/\?$/, "");
  if (whole.endsWith("]") || whole === "array") return "array";
  if (whole.startsWith("{") || whole === "object") return "object";
  if (whole === "string" || whole.startsWith("'")) return "string";
  return whole === "int" || whole === "bool" ? whole : undefined;
}

const returns: Readonly<Record<string, Kind>> = {
  bool: "bool",
  contains: "bool",
  empty: "bool",
  endsWith: "bool",
  filter: "array",
  flatten: "array",
  format: "string",
  guid: "string",
  int: "int",
  items: "array",
  join: "string",
  length: "int",
  loadTextContent: "string",
  map: "array",
  objectKeys: "array",
  range: "array",
  replace: "string",
  resourceId: "string",
  split: "array",
  startsWith: "bool",
  string: "string",
  subscriptionResourceId: "string",
  toLower: "string",
  toObject: "object",
  toUpper: "string",
  uniqueString: "string",
};
const comparing = new Set(["==", "!=", "<", ">", "<=", ">=", "=~", "!~", "&&", "||"]);

/** What an expression gives, where that can be told without Azure's own types. */
export function kindOf(project: Project, file: BicepFile, value: Value): Kind | undefined {
  if (typeof value === "string") return "string";
  if (typeof value === "number") return "int";
  if (typeof value === "boolean") return "bool";
  if (isList(value)) return "array";
  if (isFields(value)) return "object";
  return isCode(value) ? kindOfNode(project, file, value.node) : undefined;
}

function kindOfNode(project: Project, file: BicepFile, node: Node): Kind | undefined {
  const inner = (one: Node | null | undefined) =>
    one ? kindOf(project, file, valueOf(one)) : undefined;
  const operator = node.children.find(({ isNamed }) => !isNamed)?.type ?? "";
  switch (node.type) {
    case "string":
      return "string";
    case "for_statement":
      return "array";
    case "identifier":
      return kindOfName(project, file, node.text);
    case "call_expression":
      return returns[node.childForFieldName("function")?.text ?? ""];
    case "unary_expression":
      return operator === "!" ? "bool" : undefined;
    case "binary_expression":
      if (operator === "??") return inner(node.childForFieldName("right"));
      return comparing.has(operator) ? "bool" : undefined;
    case "ternary_expression": {
      const either = inner(node.childForFieldName("consequence"));
      return either === inner(node.childForFieldName("alternative")) ? either : undefined;
    }
    case "member_expression":
      return kindOfOutput(project, file, node);
    default:
      return undefined;
  }
}

function kindOfName(project: Project, file: BicepFile, name: string): Kind | undefined {
  const param = file.params.find((one) => one.name === name);
  if (param) return kindOfType(param.type);
  const variable = file.vars.find((one) => one.name === name);
  return variable && kindOf(project, file, variable.value);
}

/** Of a module that is not made in a loop. */
function kindOfOutput(project: Project, file: BicepFile, node: Node): Kind | undefined {
  const [symbol, output] = /^(\w+)!?\.outputs\.(\w+)$/.exec(node.text)?.slice(1) ?? [];
  const module = file.modules.find((one) => one.symbol === symbol && one.over === undefined);
  const target = module && project.bicep.get(pathFrom(file.path, module.path));
  const found = target?.outputs.find(({ name }) => name === output);
  return found && kindOfType(found.type);
}

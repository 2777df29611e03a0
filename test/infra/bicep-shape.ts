import type { Node } from "web-tree-sitter";
import type { BicepFile, Param } from "./bicep-file.ts";
import { callsIn } from "./bicep-modules.ts";
import { parts } from "./bicep-parse.ts";
import type { Project } from "./bicep-project.ts";
import { at, isCode, type Value, valueOf } from "./bicep-value.ts";

type Letter = "lower" | "upper" | "digit" | "-" | "other";

/** All that a text may become. */
export interface Shape {
  readonly longest: number;
  readonly letters: ReadonlySet<Letter>;
}

const anything: Shape = {
  longest: Number.POSITIVE_INFINITY,
  letters: new Set<Letter>(["lower", "upper", "digit", "-", "other"]),
};

/** What an expression may give, followed through vars, params and the modules' callers. */
export function shapeOf(project: Project, file: BicepFile, value: Value | undefined): Shape {
  if (typeof value === "string") return shapeOfText(value);
  if (isCode(value)) return shapeOfNode({ project, file }, value.node);
  return anything;
}

interface Place {
  readonly project: Project;
  readonly file: BicepFile;
}

function shapeOfNode(place: Place, node: Node): Shape {
  const inner = (one: Node) => shapeOf(place.project, place.file, valueOf(one));
  const rest = parts(node);
  switch (node.type) {
    case "string":
      return rest
        .map((one) =>
          one.type === "interpolation" ? interpolated(one, inner) : shapeOfText(one.text),
        )
        .reduce(after, shapeOfText(""));
    case "identifier":
      return shapeOfName(place, node.text);
    case "ternary_expression":
      return rest.slice(1).map(inner).reduce(either);
    case "call_expression":
      return shapeOfCall(place, node);
    case "member_expression":
    case "subscript_expression":
      return shapeOfMember(place, node.text);
    default:
      return anything;
  }
}

function interpolated(interpolation: Node, inner: (one: Node) => Shape): Shape {
  const [only] = parts(interpolation);
  return only ? inner(only) : anything;
}

function shapeOfCall({ project, file }: Place, node: Node): Shape {
  const given = node.childForFieldName("arguments");
  const [first, second, third] = given ? parts(given).map(valueOf) : [];
  const shape = shapeOf(project, file, first);
  const without = (letter: Letter) => new Set([...shape.letters].filter((one) => one !== letter));
  switch (node.childForFieldName("function")?.text ?? "") {
    case "toLower":
      return shape.letters.has("upper")
        ? { ...shape, letters: without("upper").add("lower") }
        : shape;
    case "take":
      return typeof second === "number"
        ? { ...shape, longest: Math.min(shape.longest, second) }
        : shape;
    case "replace":
      return third === "" && second === "-" ? { ...shape, letters: without("-") } : anything;
    // Of an ARM id: what has that name is there already, so it fits.
    case "last":
      return shapeOfText("");
    // "String functions for Bicep": 13 characters of base 32; a GUID.
    case "uniqueString":
      return { longest: 13, letters: new Set(["lower", "digit"]) };
    case "guid":
      return { longest: 36, letters: new Set(["lower", "digit", "-"]) };
    default:
      return anything;
  }
}

/** A name in the file: of a var its value, of a param what its callers give. */
function shapeOfName({ project, file }: Place, name: string): Shape {
  const variable = file.vars.find((one) => one.name === name);
  if (variable) return shapeOf(project, file, variable.value);
  const param = file.params.find((one) => one.name === name);
  if (!param) return anything;
  const calls = callsIn(project).filter(({ target }) => target === file);
  if (calls.length === 0) return shapeOfParam(param);
  return calls
    .map((call) => shapeOf(project, call.file, call.module.params.get(name) ?? param.default))
    .reduce(either);
}

function shapeOfParam({ allowed, maxLength }: Param): Shape {
  const texts = allowed?.filter((one) => typeof one === "string");
  if (texts && texts.length > 0) return texts.map(shapeOfText).reduce(either);
  return { ...anything, longest: maxLength ?? anything.longest };
}

/** `words.vault` of a var, `storage.name` of a resource, `m.outputs.name` of a module. */
function shapeOfMember({ project, file }: Place, text: string): Shape {
  const [symbol = "", ...path] = text.replace("!", "").split(".");
  const variable = file.vars.find((one) => one.name === symbol);
  if (variable) return shapeOf(project, file, at(variable.value, path.join(".")));
  const resource = file.resources.find((one) => one.symbol === symbol);
  if (resource && path.join() === "name") return shapeOf(project, file, resource.body.get("name"));
  const call = callsIn(project).find((one) => one.file === file && one.module.symbol === symbol);
  const output = call?.target.outputs.find(({ name }) => path.join(".") === `outputs.${name}`);
  return call && output ? shapeOf(project, call.target, output.value) : anything;
}

const classes: readonly (readonly [RegExp, Letter])[] = [
  [/[a-z]/, "lower"],
  [/[A-Z]/, "upper"],
  [/[0-9]/, "digit"],
  [/-/, "-"],
  [/[^a-zA-Z0-9-]/, "other"],
];

function shapeOfText(text: string): Shape {
  const found = classes.filter(([pattern]) => pattern.test(text)).map(([, letter]) => letter);
  return { longest: text.length, letters: new Set(found) };
}

function after(one: Shape, other: Shape): Shape {
  return {
    longest: one.longest + other.longest,
    letters: new Set([...one.letters, ...other.letters]),
  };
}

function either(one: Shape, other: Shape): Shape {
  return { ...after(one, other), longest: Math.max(one.longest, other.longest) };
}

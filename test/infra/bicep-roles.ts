import type { Node } from "web-tree-sitter";
import type { BicepFile } from "./bicep-file.ts";
import { everyNode, lineOf, parts } from "./bicep-parse.ts";
import { type Check, files, needed, type Project, pathFrom } from "./bicep-project.ts";
import { at, isCode, shown, valueOf } from "./bicep-value.ts";
import { broadRoles, documentedRoles } from "./documented-roles.ts";

const builtInRoles = "infra/access/built-in-roles.json";
const customRoles = "infra/access/custom-roles.json";

interface CustomRole {
  readonly description?: string;
  readonly actions?: readonly string[];
  readonly dataActions?: readonly string[];
}

const builtIn = (project: Project): Record<string, string> =>
  JSON.parse(needed(project, builtInRoles));
const custom = (project: Project): Record<string, CustomRole> =>
  JSON.parse(needed(project, customRoles));

export const rolesDocumented: Check = (project) =>
  Object.entries(builtIn(project))
    .filter(([name, id]) => documentedRoles[name] !== id)
    .map(([name, id]) => `${builtInRoles} ${name} is not ${id}`);

const guid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
const assignments = "Microsoft.Authorization/roleAssignments";

/** Roles stand in the two lists; where roles are assigned, none is written as an id. */
export const rolesByName: Check = (project) =>
  files(project)
    .filter(({ resources }) => resources.some(({ type }) => type === assignments))
    .flatMap(({ path, text }) =>
      text
        .split("\n")
        .flatMap((line, index) => (guid.test(line) ? [`${path}:${index + 1} has an id`] : [])),
    );

/** `roles['Name']` and `roles.Name` of a var that is one of the two lists, and `loadJsonContent('…')['Name']`. */
export const rolesListed: Check = (project) => {
  const lists: Readonly<Record<string, readonly string[]>> = {
    [builtInRoles]: Object.keys(builtIn(project)),
    [customRoles]: Object.keys(custom(project)),
  };
  return files(project).flatMap((file) =>
    accessesIn(file)
      .filter(({ list, key }) => list in lists && !lists[list]?.includes(key))
      .map(({ list, key, line }) => `${file.path}:${line} ${key} is not in ${list}`),
  );
};

interface Access {
  /** Path of the JSON. */
  readonly list: string;
  readonly key: string;
  readonly line: number;
}

function accessesIn(file: BicepFile): readonly Access[] {
  const symbols = new Map(
    file.vars.flatMap(({ name, value }) => {
      const list = isCode(value) && loadedBy(file, value.code);
      return list ? [[name, list] as const] : [];
    }),
  );
  return [...everyNode(file.root)].flatMap((node) => {
    const [object, key] = objectAndKey(node);
    if (!object || !key) return [];
    const list = symbols.get(object.text) ?? loadedBy(file, object.text);
    const text = keyOf(node, key);
    return list && text !== undefined ? [{ list, key: text, line: lineOf(key) }] : [];
  });
}

/** In a list the grammar reads `roles['Name']` as two entries, `roles` and `['Name']`. */
function objectAndKey(node: Node): readonly (Node | undefined)[] {
  const before = node.type === "array" ? node.previousNamedSibling : null;
  return before?.endIndex === node.startIndex ? [before, ...parts(node)] : parts(node);
}

function loadedBy(file: BicepFile, code: string): string | undefined {
  const [, written] = /^loadJsonContent\('([^']+)'\)$/.exec(code) ?? [];
  return written === undefined ? undefined : pathFrom(file.path, written);
}

/** Undefined where the key is worked out. */
function keyOf(node: Node, key: Node): string | undefined {
  if (node.type === "member_expression") return key.text;
  const value = valueOf(key);
  return ["subscript_expression", "array"].includes(node.type) && typeof value === "string"
    ? value
    : undefined;
}

/** A role that nothing names is one too many. */
export const rolesUsed: Check = (project) => {
  const texts = files(project).map(({ text }) => text);
  const named = (name: string) =>
    texts.some((text) => text.includes(`'${name}'`) || new RegExp(`\\.${name}\\b`).test(text));
  return [...Object.keys(builtIn(project)), ...Object.keys(custom(project))]
    .filter((name) => !named(name))
    .map((name) => `role ${name} is assigned nowhere`);
};

/** No role that may do anything, by name or by id, in any file. */
export const noBroadRoles: Check = ({ texts }) =>
  [...texts]
    .filter(([path]) => /^infra\/.*\.(bicep|json)$/.test(path))
    .flatMap(([path, text]) =>
      Object.entries(broadRoles)
        .filter(
          ([name, id]) =>
            text.includes(id) || text.includes(`'${name}'`) || text.includes(`"${name}"`),
        )
        .map(([name]) => `${path} names ${name}`),
    );

/** Custom roles say what they may do one by one, and nothing that gives rights. */
export const customRolesNarrow: Check = (project) =>
  Object.entries(custom(project)).flatMap(([name, role]) => {
    const actions = [...(role.actions ?? []), ...(role.dataActions ?? [])];
    const faults = actions.filter(
      (action) =>
        action.includes("*") || /^Microsoft\.Authorization\/.*(write|action|delete)$/i.test(action),
    );
    return [
      ...faults.map((action) => `role ${name} has ${action}`),
      ...(actions.length === 0 ? [`role ${name} has no action`] : []),
      ...(role.description ? [] : [`role ${name} says nothing`]),
    ];
  });

/** Names that a repeated deployment finds again, and no wait for a new identity to be seen everywhere. */
export const assignmentsWhole: Check = (project) =>
  files(project).flatMap(({ path, scope, resources }) =>
    resources
      .filter(({ type, existing }) => type === assignments && !existing)
      .flatMap(({ line, symbol, body }) => {
        const where = `${path}:${line} ${symbol}`;
        const name = body.get("name");
        const principalType = at(body, "properties.principalType");
        return [
          ...(isCode(name) && name.code.startsWith("guid(")
            ? []
            : [`${where} name is ${shown(name)}, no guid()`]),
          ...(principalType === undefined ? [`${where} has no principalType`] : []),
          ...(body.has("scope") || scope === "subscription" ? [] : [`${where} has no scope`]),
        ];
      }),
  );

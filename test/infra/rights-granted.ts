import { readFileSync } from "node:fs";
import { evaluate, type Meaning } from "./bicep-evaluate.ts";
import { parseBicep, parts } from "./bicep-parse.ts";

/*
 * Which roles the modules of infra/access give an identity, by evaluating what decides it.
 */

const folder = new URL("../../infra/access/", import.meta.url);
const json = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as unknown;

interface Role {
  readonly actions: readonly string[];
  readonly dataActions: readonly string[];
}
export const builtInIds = json("built-in-roles.json") as Readonly<Record<string, string>>;
export const customRoles = json("custom-roles.json") as Readonly<Record<string, Role>>;

/** Custom roles stand for themselves: their id is their name. */
export const customRoleIds = Object.fromEntries(
  Object.keys(customRoles).map((name) => [name, name]),
);

const functions: Meaning["functions"] = {
  loadJsonContent: (path) => json(String(path)),
  empty: (value) => (Array.isArray(value) ? value : Object.keys(value as object)).length === 0,
  length: (list) => (list as readonly unknown[]).length,
  range: (from, count) => Array.from({ length: Number(count) }, (_, at) => Number(from) + at),
  concat: (...lists) => lists.flat(),
};

/** Names of the roles that a module assigns, given its params. */
export function rolesAssigned(file: string, values: Meaning["values"]): readonly string[] {
  const root = parseBicep(readFileSync(new URL(file, folder), "utf8"));
  const vars = parts(root).filter(({ type }) => type === "variable_declaration");
  const meaning: Meaning = {
    values,
    functions,
    vars: new Map(
      vars.flatMap((one) => {
        const [name, value] = parts(one);
        return name && value ? [[name.text, value] as const] : [];
      }),
    ),
  };
  const assignments = parts(root).filter(
    (one) =>
      one.type === "resource_declaration" &&
      parts(one)[1]?.text.includes("Microsoft.Authorization/roleAssignments@"),
  );
  const ids = assignments.flatMap((one) => idsOf(parts(one).at(-1), meaning));
  return ids.map(nameOf).sort();
}

type Form = ReturnType<typeof parseBicep> | undefined;

/** Goes through `[for x in y: if (z) {…}]` to the roleDefinitionId. */
function idsOf(form: Form, meaning: Meaning): readonly unknown[] {
  if (form?.type === "if_statement") {
    const [condition, body] = parts(form);
    return condition && evaluate(condition, meaning) ? idsOf(body, meaning) : [];
  }
  if (form?.type === "for_statement") {
    const [variable, over, body] = parts(form);
    if (!variable || !over) return [];
    const names = variable.type === "identifier" ? [variable] : parts(variable);
    const list = evaluate(over, meaning) as readonly unknown[];
    return list.flatMap((item, index) => {
      const [itemName, indexName] = names.map(({ text }) => text);
      const bound = { [itemName ?? ""]: item, [indexName ?? "i"]: index };
      return idsOf(body, { ...meaning, values: { ...meaning.values, ...bound } });
    });
  }
  const call =
    /roleDefinitionId:\s*subscriptionResourceId\(\s*'[^']+',\s*([\s\S]+?)\s*\)\s*\n/.exec(
      form?.text ?? "",
    );
  if (!call?.[1]) throw new Error(`No role is to be seen in ${form?.text ?? "nothing"}`);
  const expression = parts(parts(parseBicep(`var id = ${call[1]}\n`))[0] as never)[1];
  return expression ? [evaluate(expression, meaning)] : [];
}

function nameOf(id: unknown): string {
  const text = String(id);
  const builtIn = Object.entries(builtInIds).find(([, guid]) => guid === text);
  const name = builtIn?.[0] ?? (text in customRoles ? text : undefined);
  if (name === undefined) throw new Error(`There is no role "${text}".`);
  return name;
}

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
  loadJsonContent: (path) => json(String(path).replace("access/", "")),
  empty: (value) => (Array.isArray(value) ? value : Object.keys(value as object)).length === 0,
  length: (list) => (list as readonly unknown[]).length,
  range: (from, count) => Array.from({ length: Number(count) }, (_, at) => Number(from) + at),
  concat: (...lists) => lists.flat(),
  split: (text, by) => String(text).split(String(by)),
  last: (list) => (list as readonly unknown[]).at(-1),
  replace: (text, from, to) => String(text).replaceAll(String(from), String(to)),
  toLower: (text) => String(text).toLowerCase(),
  subscription: () => ({ subscriptionId: "0" }),
  resourceGroup: () => ({ name: "rg" }),
  // Of its parts only the last tells roles apart.
  guid: (...given) => given.at(-1),
};

type Form = ReturnType<typeof parseBicep>;

/** What a file below infra/access declares, with the meaning of its names. */
interface Module {
  readonly declared: readonly Form[];
  readonly meaning: Meaning;
}

export function moduleOf(file: string, values: Meaning["values"]): Module {
  const declared = parts(parseBicep(readFileSync(new URL(file, folder), "utf8")));
  const vars = new Map(
    declared
      .filter(({ type }) => type === "variable_declaration")
      .flatMap((one) => {
        const [name, value] = parts(one);
        return name && value ? [[name.text, value] as const] : [];
      }),
  );
  return { declared, meaning: { values, functions, vars } };
}

/** Names of the roles that a module assigns, given its params. */
export function rolesAssigned(file: string, values: Meaning["values"]): readonly string[] {
  return assignments(moduleOf(file, values)).map(roleOf).sort();
}

/** One of those that a loop or a condition makes. */
export interface Instance {
  readonly body: Form;
  readonly meaning: Meaning;
}

export function assignments({ declared, meaning }: Module): readonly Instance[] {
  const found = declared.filter(
    (one) =>
      one.type === "resource_declaration" &&
      parts(one)[1]?.text.includes("Microsoft.Authorization/roleAssignments@"),
  );
  return found.flatMap((one) => instances(parts(one).at(-1), meaning));
}

/** Goes through `[for x in y: if (z) {…}]` to the bodies. */
export function instances(form: Form | undefined, meaning: Meaning): readonly Instance[] {
  if (form?.type === "if_statement") {
    const [condition, body] = parts(form);
    return condition && evaluate(condition, meaning) ? instances(body, meaning) : [];
  }
  if (form?.type === "for_statement") {
    const [variable, over, body] = parts(form);
    if (!variable || !over) return [];
    const names = variable.type === "identifier" ? [variable] : parts(variable);
    const list = evaluate(over, meaning) as readonly unknown[];
    return list.flatMap((item, index) => {
      const [itemName, indexName] = names.map(({ text }) => text);
      const bound = { [itemName ?? ""]: item, [indexName ?? "i"]: index };
      return instances(body, { ...meaning, values: { ...meaning.values, ...bound } });
    });
  }
  return form ? [{ body: form, meaning }] : [];
}

export function roleOf({ body, meaning }: Instance): string {
  const call =
    /roleDefinitionId:\s*subscriptionResourceId\(\s*'[^']+',\s*([\s\S]+?)\s*\)\s*\n/.exec(
      body.text,
    );
  if (!call?.[1]) throw new Error(`No role is to be seen in ${body.text}`);
  const expression = parts(parts(parseBicep(`var id = ${call[1]}\n`))[0] as never)[1];
  if (!expression) throw new Error(`That is no expression: ${call[1]}`);
  return nameOf(evaluate(expression, meaning));
}

function nameOf(id: unknown): string {
  const text = String(id);
  const builtIn = Object.entries(builtInIds).find(([, guid]) => guid === text);
  const name = builtIn?.[0] ?? (text in customRoles ? text : undefined);
  if (name === undefined) throw new Error(`There is no role "${text}".`);
  return name;
}

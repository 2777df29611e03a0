import type { BicepFile } from "./bicep-file.ts";
import { builtInFunctions } from "./bicep-functions.ts";
import { faultyLines } from "./bicep-parse.ts";
import { type Check, files } from "./bicep-project.ts";
import { type Use, usesIn } from "./bicep-uses.ts";

export const parses: Check = (project) =>
  files(project).flatMap(({ path, root }) =>
    faultyLines(root).map((line) => `${path}:${line} does not parse`),
  );

/** The extension's line is there exactly where a type of it is. */
export const extensionsNeeded: Check = (project) =>
  files(project).flatMap(({ path, extensions, resources }) => {
    const graph = resources.some(({ type }) => type.startsWith("Microsoft.Graph/"));
    const asked = extensions.some((name) => /^microsoftGraph/i.test(name));
    if (graph && !asked) return [`${path} has Graph resources and no extension`];
    const others = extensions.filter((name) => !graph || !/^microsoftGraph/i.test(name));
    return others.map((name) => `${path} has no need of extension ${name}`);
  });

export const described: Check = (project) =>
  files(project).flatMap(({ path, params, vars, outputs }) => [
    ...params.filter(bare).map(({ name, line }) => `${path}:${line} param ${name} says nothing`),
    ...vars.filter(bare).map(({ name, line }) => `${path}:${line} var ${name} says nothing`),
    ...outputs.filter(bare).map(({ name, line }) => `${path}:${line} output ${name} says nothing`),
  ]);

function bare({ description = "" }: { readonly description: string | undefined }): boolean {
  return description.trim() === "";
}

/** Every param, var, function and existing resource is used in its own file. */
export const declarationsUsed: Check = (project) =>
  files(project).flatMap((file) => {
    const used = new Set(usesIn(file.root).map(({ name }) => name));
    const parents = new Set(file.resources.map(({ parent }) => parent));
    return declaredOnly(file)
      .filter(({ name }) => !used.has(name) && !parents.has(name))
      .map(({ kind, name }) => `${file.path} does not use ${kind} ${name}`);
  });

function declaredOnly(file: BicepFile) {
  return [
    ...file.params.map(({ name }) => ({ kind: "param", name })),
    ...file.vars.map(({ name }) => ({ kind: "var", name })),
    ...file.functions.map((name) => ({ kind: "func", name })),
    ...file.resources
      .filter(({ existing }) => existing)
      .map(({ symbol }) => ({ kind: "existing resource", name: symbol })),
  ];
}

/** What is used is declared: names in the same file, functions there or in Bicep. */
export const usesDeclared: Check = (project) =>
  files(project).flatMap((file) => {
    const names = [
      ...file.params.map(({ name }) => name),
      ...file.vars.map(({ name }) => name),
      ...file.resources.map(({ symbol }) => symbol),
      ...file.modules.map(({ symbol }) => symbol),
    ];
    const known: Readonly<Record<Use["kind"], (name: string) => boolean>> = {
      value: (name) => names.includes(name),
      function: (name) => builtInFunctions.has(name) || file.functions.includes(name),
      type: (name) => new RegExp(`^type ${name} `, "m").test(file.text),
      output: () => true,
    };
    return [
      ...usesIn(file.root)
        .filter(({ kind, name }) => !known[kind](name))
        .map(({ kind, name, line }) => `${file.path}:${line} ${kind} ${name} is not declared`),
      ...names
        .filter((name, index) => names.indexOf(name) !== index)
        .map((name) => `${file.path} declares ${name} twice`),
    ];
  });

import type { BicepFile, Module } from "./bicep-file.ts";
import { kindOf, kindOfType } from "./bicep-kinds.ts";
import { type Check, files, type Project, pathFrom } from "./bicep-project.ts";
import { usesIn } from "./bicep-uses.ts";
import { isCode, shown, type Value } from "./bicep-value.ts";

/** What azd and the postdeploy hook deploy; everything else is reached from these. */
const entries: readonly string[] = ["infra/main.bicep", "infra/connect.bicep"];

interface Call {
  readonly file: BicepFile;
  readonly module: Module;
  readonly target: BicepFile;
}

/** Calls of files that are there. */
export function callsIn(project: Project): readonly Call[] {
  return files(project).flatMap((file) =>
    file.modules.flatMap((module) => {
      const target = project.bicep.get(pathFrom(file.path, module.path));
      return target ? [{ file, module, target }] : [];
    }),
  );
}

/** Of this repository, or of a registry in a pinned version. */
export const modulesExist: Check = (project) =>
  files(project).flatMap(({ path, modules }) =>
    modules
      .filter((module) =>
        /^(br|ts)[:/]/.test(module.path)
          ? !/:\d+\.\d+\.\d+$/.test(module.path)
          : !project.bicep.has(pathFrom(path, module.path)),
      )
      .map((module) => `${path}:${module.line} there is no ${module.path}`),
  );

export const filesReached: Check = (project) => {
  const reached = new Set(entries);
  const calls = callsIn(project);
  for (const path of reached)
    for (const { file, target } of calls) if (file.path === path) reached.add(target.path);
  return files(project)
    .filter(({ path }) => !reached.has(path))
    .map(({ path }) => `${path} is reached from nowhere`);
};

export const paramsFit: Check = (project) =>
  callsIn(project).flatMap(({ file, module, target }) => {
    const where = `${file.path}:${module.line} ${module.symbol}`;
    const missing = target.params.filter(
      ({ name, optional }) => !optional && !module.params.has(name),
    );
    const given = [...module.params].map(([name, value]) =>
      paramFault(project, file, target, name, value),
    );
    return [
      ...missing.map(({ name }) => `${where} lacks param ${name}`),
      ...given.filter((fault) => fault !== undefined).map((fault) => `${where} ${fault}`),
    ];
  });

function paramFault(
  project: Project,
  file: BicepFile,
  target: BicepFile,
  name: string,
  value: Value,
): string | undefined {
  const param = target.params.find((one) => one.name === name);
  if (!param) return `gives param ${name}, which ${target.path} does not have`;
  const [wanted, given] = [kindOfType(param.type), kindOf(project, file, value)];
  if (wanted && given && wanted !== given) return `gives param ${name} ${given}, not ${wanted}`;
  if (param.allowed && !isCode(value) && !param.allowed.includes(value))
    return `gives param ${name} ${shown(value)}, which is not allowed`;
  return undefined;
}

/** Outputs and defaults are of their declared types. */
export const kindsFit: Check = (project) =>
  files(project).flatMap((file) =>
    [
      ...file.outputs,
      ...file.params.flatMap((param) =>
        param.default === undefined ? [] : [{ ...param, value: param.default }],
      ),
    ].flatMap(({ name, line, type, value }) => {
      const [wanted, given] = [kindOfType(type), kindOf(project, file, value)];
      return wanted && given && wanted !== given
        ? [`${file.path}:${line} ${name} is ${given}, not ${wanted}`]
        : [];
    }),
  );

export const outputsExist: Check = (project) =>
  callsIn(project).flatMap(({ file, module, target }) =>
    outputsUsed(file, module)
      .filter((name) => !target.outputs.some((output) => output.name === name))
      .map((name) => `${file.path} ${module.symbol} has no output ${name}`),
  );

/** Outputs of modules by some caller; those of the entries by whoever runs them, see bicep-azd. */
export const outputsUsedSomewhere: Check = (project) => {
  const calls = callsIn(project);
  return files(project)
    .filter(({ path }) => !entries.includes(path))
    .flatMap((target) => {
      const used = calls
        .filter((call) => call.target === target)
        .flatMap(({ file, module }) => outputsUsed(file, module));
      return target.outputs
        .filter(({ name }) => !used.includes(name))
        .map(({ name }) => `${target.path} output ${name} is used nowhere`);
    });
};

function outputsUsed(file: BicepFile, module: Module): readonly string[] {
  return usesIn(file.root)
    .filter(({ kind }) => kind === "output")
    .map(({ name }) => name.split("."))
    .flatMap(([symbol, name]) => (symbol === module.symbol && name ? [name] : []));
}

/** A module of another scope than the file's says where it goes. */
export const scopesGiven: Check = (project) =>
  callsIn(project)
    .filter(({ file, module, target }) => file.scope !== target.scope && module.scope === undefined)
    .map(
      ({ file, module, target }) =>
        `${file.path}:${module.line} ${module.symbol} needs a ${target.scope} as scope`,
    );

import * as yaml from "yaml";
import * as z from "zod";
import type { Param } from "./bicep-file.ts";
import { type Check, files, needed, type Project, pathFrom } from "./bicep-project.ts";
import { shown } from "./bicep-value.ts";

const main = "infra/main.bicep";
const parametersPath = "infra/main.parameters.json";
const parametersFile = z.object({
  parameters: z.record(z.string(), z.object({ value: z.string() })),
});

/** Variables that azd sets by itself under names of its own ("Azure Developer CLI environment variables"). */
const azdNames: Readonly<Record<string, string>> = {
  environmentName: "AZURE_ENV_NAME",
  location: "AZURE_LOCATION",
  principalId: "AZURE_PRINCIPAL_ID",
  principalType: "AZURE_PRINCIPAL_TYPE",
};

const upperSnake = (name: string) => name.replace(/[A-Z]/g, "_$&").toUpperCase();

/** Each param of main has its variable, in ${NAME} or ${NAME=default}, and the default is Bicep's. */
export const parametersFit: Check = (project) => {
  const params = project.bicep.get(main)?.params ?? [];
  const { parameters } = parametersFile.parse(JSON.parse(needed(project, parametersPath)));
  const unknown = Object.keys(parameters).filter(
    (name) => !params.some((one) => one.name === name),
  );
  return [
    ...unknown.map((name) => `${parametersPath} ${name} is no param of main`),
    ...params.flatMap((param) => {
      const fault = parameterFault(param, parameters[param.name]?.value);
      return fault === undefined ? [] : [`${parametersPath} ${param.name} ${fault}`];
    }),
  ];
};

function parameterFault(param: Param, value: string | undefined): string | undefined {
  if (value === undefined) return "is missing";
  const [, name, , given] = /^\$\{([A-Z_]+)(=(.*))?\}$/.exec(value) ?? [];
  const wanted = azdNames[param.name] ?? upperSnake(param.name);
  if (name !== wanted) return `is ${value}, not of ${wanted}`;
  // Of an unset variable without "=" azd leaves the default to Bicep (Azure/azure-dev#2896).
  const usual = usualOf(param);
  return given === undefined || given === usual
    ? undefined
    : `defaults to "${given}", but in Bicep to "${usual}"`;
}

/** Of a simple default its text; what is worked out counts as none. */
function usualOf({ default: usual }: Param): string {
  return typeof usual === "object" || usual === undefined ? "" : String(usual);
}

/** Outputs of main are there for people, hooks or azd. */
export const outputsOfMainUsed: Check = (project) => {
  const readers = readersOf(project);
  const outputs = project.bicep.get(main)?.outputs ?? [];
  return outputs
    .filter(({ name }) => !readers.some(([, text]) => new RegExp(`\\b${name}\\b`).test(text)))
    .map(({ name }) => `${main} output ${name} is used nowhere`);
};

/** What azd gives main's params. */
const ofParams = ({ bicep }: Project) =>
  (bicep.get(main)?.params ?? []).map(({ name }) => azdNames[name] ?? upperSnake(name));

/** What people set for the commands of src/cli. */
const ofCommands = ["LARDER_KEY", "LARDER_TOKEN"];

/** And what hooks and people are told of, main gives or takes. */
export const outputsOfMainExist: Check = (project) => {
  const outputs = project.bicep.get(main)?.outputs.map(({ name }) => name) ?? [];
  const known = [...outputs, ...ofParams(project), ...ofCommands];
  return readersOf(project).flatMap(([path, text]) => {
    const read = new Set(text.match(/\bLARDER_[A-Z_]+\b/g) ?? []);
    return [...read]
      .filter((name) => !known.includes(name))
      .map((name) => `${path} ${name} is no variable of main`);
  });
};

function readersOf({ texts }: Project): readonly (readonly [string, string])[] {
  return [...texts].filter(([path]) =>
    /^(README\.md|azure\.yaml|infra\/hooks\/.*|infra\/.*\.parameters\.json)$/.test(path),
  );
}

/** azd keeps outputs as variables, so they are written as such. */
export const outputsOfMainNamed: Check = (project) =>
  (project.bicep.get(main)?.outputs ?? [])
    .filter(({ name }) => !/^(AZURE|LARDER|SERVICE)(_[A-Z0-9]+)+$/.test(name))
    .map(({ name }) => `${main} output ${name} is no name of a variable`);

/** Files that Bicep takes in are there, and JSON parses. */
export const loadedFilesExist: Check = (project) =>
  files(project).flatMap(({ path, text }) =>
    [...text.matchAll(/\bload(\w+)\('([^']+)'/g)].flatMap(([, kind, written = ""]) => {
      const loaded = project.texts.get(pathFrom(path, written));
      if (loaded === undefined) return [`${path} there is no ${written}`];
      return kind === "JsonContent" && !isJson(loaded) ? [`${written} is no JSON`] : [];
    }),
  );

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const service = z.object({
  project: z.string(),
  language: z.string(),
  host: z.string(),
  dist: z.string().optional(),
});
const azure = z.object({
  name: z.string(),
  infra: z.object({ provider: z.string().optional(), path: z.string().optional() }).optional(),
  services: z.record(z.string(), service),
  hooks: z.record(z.string(), z.unknown()),
});

export function readAzureYaml(project: Project): z.output<typeof azure> {
  return azure.parse(yaml.parse(needed(project, "azure.yaml")));
}

/** Every `npm run x` in azure.yaml is a script. */
export const hooksExist: Check = (project) => {
  const { hooks } = readAzureYaml(project);
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(needed(project, "package.json")));
  const run = [...needed(project, "azure.yaml").matchAll(/npm run (?:-s |--silent )?([\w:-]+)/g)];
  return [
    ...["postprovision", "postdeploy"]
      .filter((name) => !(name in hooks))
      .map((name) => `azure.yaml has no hook ${name}`),
    ...run
      .filter(([, name = ""]) => !(name in scripts))
      .map(([, name]) => `package.json has no script ${name}`),
  ];
};

/** A function app for each service, which azd finds by its tag. */
export const servicesTagged: Check = (project) => {
  const { services } = readAzureYaml(project);
  const tagged = files(project).flatMap(({ text }) =>
    [...text.matchAll(/'azd-service-name': '(\w+)'/g)].map(([, name]) => name),
  );
  return [
    ...Object.entries(services)
      .filter(([, { host }]) => host !== "function")
      .map(([name]) => `service ${name} is no function app`),
    ...Object.keys(services)
      .filter((name) => !tagged.includes(name))
      .map((name) => `nothing has the tag of service ${name}`),
    ...tagged
      .filter((name) => !name || !(name in services))
      .map((name) => `there is no service ${shown(name)}`),
  ];
};

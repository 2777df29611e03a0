import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { type BicepFile, readBicep } from "./bicep-file.ts";

/** Texts by their path from the repository's root, and the Bicep ones among them read. */
export interface Project {
  readonly texts: ReadonlyMap<string, string>;
  readonly bicep: ReadonlyMap<string, BicepFile>;
}

/** One sentence for each fault, with its place; none when all is well. */
export type Check = (project: Project) => readonly string[];

export function projectOf(texts: Readonly<Record<string, string>>): Project {
  const entries = Object.entries(texts);
  const bicep = entries.filter(([path]) => path.endsWith(".bicep"));
  return {
    texts: new Map(entries),
    bicep: new Map(bicep.map(([path, text]) => [path, readBicep(path, text)])),
  };
}

/** infra/ below a folder, and what belongs to it there. Vitest runs in the repository's root. */
export function readProject(root = "."): Project {
  const below = readdirSync(`${root}/infra`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.relative(root, posix.join(entry.parentPath, entry.name)));
  const paths = [...below, "azure.yaml", "package.json", "README.md"].filter((path) =>
    existsSync(`${root}/${path}`),
  );
  const texts = paths.map((path) => [path, readFileSync(`${root}/${path}`, "utf8")] as const);
  return projectOf(Object.fromEntries(texts));
}

/** What a path written in one file means. */
export function pathFrom(file: string, written: string): string {
  return posix.join(posix.dirname(file), written);
}

/** The text at a path; a check that needs it fails without. */
export function needed(project: Project, path: string): string {
  const text = project.texts.get(path);
  if (text === undefined) throw new Error(`${path} is missing.`);
  return text;
}

export const files = (project: Project): readonly BicepFile[] => [...project.bicep.values()];

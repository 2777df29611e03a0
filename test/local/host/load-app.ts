import { globSync, readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

type Require = (this: unknown, id: string) => unknown;

/** Answers `require("@azure/functions-core")` everywhere in this process with `api`, as the real worker does. */
export function offerCoreModule(api: object): void {
  const prototype = Module.prototype as unknown as { require: Require };
  prototype.require = new Proxy(prototype.require, {
    apply: (target, self, values: [string]) =>
      values[0] === "@azure/functions-core" ? api : Reflect.apply(target, self, values),
  });
}

function isEsModule(file: string, type: unknown): boolean {
  return file.endsWith(".mjs") || (!file.endsWith(".cjs") && type === "module");
}

/**
 * Loads every file that the `main` of the app's package.json matches, in the order of the glob.
 * Rejects when nothing matches or a file throws: from Node 20 on that blocks the whole app
 * (facts/functions.md section 1.2).
 */
export async function loadApp(appDirectory: string): Promise<void> {
  const text = readFileSync(join(appDirectory, "package.json"), "utf8");
  const { main, type } = JSON.parse(text) as { main?: unknown; type?: unknown };
  if (typeof main !== "string") throw new Error('package.json of the app has no "main".');
  const files = globSync(main, { cwd: appDirectory }).sort();
  const because = `Worker was unable to load entry point "${main}"`;
  if (files.length === 0)
    throw new Error(`${because}: Found zero files matching the supplied pattern`);
  const require = createRequire(join(appDirectory, "package.json"));
  for (const file of files) {
    const path = join(appDirectory, file);
    try {
      if (isEsModule(path, type)) await import(pathToFileURL(path).href);
      else require(path);
    } catch (cause) {
      throw new Error(`${because}: ${(cause as Error).message ?? String(cause)}`, { cause });
    }
  }
}

import { readdirSync, readFileSync } from "node:fs";
import type { BicepFile } from "./bicep-file.ts";
import type { Resource } from "./bicep-resource.ts";
import { isCode, isList, type Value } from "./bicep-value.ts";

/** What the code says of itself, for Bicep to be held against. */

/** Tables that src/azure opens. */
export function tablesOpened(): readonly string[] {
  const texts = readdirSync("src/azure").map((name) => readFileSync(`src/azure/${name}`, "utf8"));
  const whole = texts.join("\n");
  const opened = [...whole.matchAll(/\bopenTable\(storage, ("?)(\w+)\1/g)].map(
    ([, quoted, word = ""]) =>
      quoted ? word : new RegExp(`export const ${word} = "(\\w+)"`).exec(whole)?.[1],
  );
  return [...new Set(opened.map((name) => name ?? "unknown"))].sort();
}

/** Names that the functions of a kind are registered by: "eventGrid", "timer". */
export function functionsOf(kind: string): readonly string[] {
  const text = readFileSync("src/functions/main.ts", "utf8");
  return [...text.matchAll(new RegExp(`\\bapp\\.${kind}\\("(\\w+)"`, "g"))].map(
    ([, name = ""]) => name,
  );
}

/** Names of a file's resources of a type, those of a loop over a written list included. */
export function namesOf(file: BicepFile, type: string): readonly string[] {
  return file.resources
    .filter((one) => one.type === type && !one.existing)
    .flatMap((one) => namesIn(file, one))
    .map((name) => (typeof name === "string" ? name : "unknown"))
    .sort();
}

function namesIn(file: BicepFile, { body, over }: Resource): readonly (Value | undefined)[] {
  if (over === undefined) return [written(file, body.get("name"))];
  const list = file.vars.find(({ name }) => name === over)?.value;
  return isList(list) ? list : ["unknown"];
}

/** A value, or that of the var that it names. */
export function written(file: BicepFile, value: Value | undefined): Value | undefined {
  if (!isCode(value)) return value;
  return file.vars.find(({ name }) => name === value.code)?.value ?? value;
}

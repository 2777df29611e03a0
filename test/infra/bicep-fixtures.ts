import { readdirSync, readFileSync } from "node:fs";
import { settings } from "../../src/settings.ts";
import { type Project, projectOf, readProject } from "./bicep-project.ts";
import { notGiven } from "./bicep-settings.ts";

const folder = "test/infra/fixtures";

/** A small deployment in which every check finds everything right. Its settings.json is whatever the code has by default. */
export function goodProject(): Project {
  const inFile = Object.entries(settings)
    .filter(([name]) => name !== "REGISTRIES" && !(name in notGiven))
    .map(([name, setting]) => [name, "default" in setting ? setting.default : ""]);
  return changed(
    readProject(`${folder}/good`),
    "infra/settings.json",
    JSON.stringify(Object.fromEntries(inFile)),
  );
}

export function changed({ texts }: Project, file: string, text: string): Project {
  return projectOf({ ...Object.fromEntries(texts), [file]: text });
}

/** One way to spoil the good one, and what the check says of it. */
export interface Spoiled {
  readonly check: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly fault: string;
}

/**
 * The cases of spoiled-*.txt: "# check", then for each case a line "file: from ==> to" (\n is a line
 * break) and, indented, the fault without its line number.
 */
export function spoiledOnes(): readonly Spoiled[] {
  const names = readdirSync(folder).filter((name) => name.startsWith("spoiled-"));
  return names.flatMap((name) => spoiledIn(readFileSync(`${folder}/${name}`, "utf8")));
}

function spoiledIn(text: string): readonly Spoiled[] {
  return text.split(/^# /m).flatMap((section) => {
    const [check = "", ...lines] = section.trimEnd().split("\n");
    return lines.flatMap((line, index) => {
      const [, file = "", from = "", to = ""] = /^(\S+): (.*) ==>(?: (.*))?$/.exec(line) ?? [];
      const broken = (one: string) => one.replaceAll("\\n", "\n");
      const fault = lines[index + 1]?.trim() ?? "";
      return file === "" ? [] : [{ check, file, from: broken(from), to: broken(to), fault }];
    });
  });
}

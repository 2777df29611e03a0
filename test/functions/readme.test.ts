import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { endpoints } from "../../src/functions/endpoints.ts";
import { fakePorts } from "../fakes/ports.ts";
import { settingsTable } from "./settings-table.ts";

const root = new URL("../../", import.meta.url);
const readme = readFileSync(new URL("README.md", root), "utf8");

describe("the README", () => {
  it("lists every setting as it is", () => {
    const [, table = ""] =
      /<!-- settings:.*?-->\n([\s\S]*?)\n<!-- \/settings -->/.exec(readme) ?? [];

    expect(table.split("\n").slice(2)).toEqual(settingsTable());
  });

  it("names only scripts that exist", () => {
    const { scripts } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm (?:run )?([a-z:]+)\b/g)].map(([, name = ""]) => name);

    expect(named.length).toBeGreaterThan(5);
    expect(
      named.filter((name) => !["ci", "start", "test"].includes(name) && !(name in scripts)),
    ).toEqual([]);
  });

  it("shows a picture that is there", () => {
    const [, picture = ""] = /!\[[^\]]+\]\(([^)]+)\)/.exec(readme) ?? [];

    expect(existsSync(new URL(picture, root))).toBe(true);
  });

  it("speaks of every path of the API", () => {
    const routes = endpoints(() => fakePorts()).map(
      ({ route }) => route.replace("registries/{registry}/", "").split("/")[0] ?? "",
    );
    const missing = [...new Set(routes)].filter(
      (part) => part !== "" && !part.startsWith("{") && !readme.includes(part),
    );

    expect(missing).toEqual([]);
  });
});

import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TableClient } from "@azure/data-tables";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { saveState } from "../../src/cli/save-state.ts";
import type { OpenTable } from "../../src/cli/state-copy.ts";

/* What a backup leaves in the file system. The rows are of no matter here; state-copy has them from tables. */

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "larder-backup-"));
  path = join(folder, "state.jsonl");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Tables of two rows each; of one that fails, no more than the first comes. */
function tables(failing?: string): OpenTable {
  return (name) => {
    async function* rows() {
      yield { partitionKey: "contoso", rowKey: "a" };
      if (name === failing) throw new Error("The connection was reset.");
      yield { partitionKey: "contoso", rowKey: "b" };
    }
    return { listEntities: rows } as unknown as TableClient;
  };
}

describe("a backup", () => {
  it("is one file that only its owner reads, whole by its last line", async () => {
    expect(await saveState(tables(), path)).toBe(8);

    const text = await readFile(path, "utf8");
    expect(text.split("\n").slice(0, 1)).toEqual([
      '{"table":"rules","row":{"partitionKey":"contoso","rowKey":"a"}}',
    ]);
    expect(text.split("\n").slice(8)).toEqual(['{"end":8}', ""]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["state.jsonl"]);
  });

  it.each(["rules", "tags"])("that fails in table %s leaves no file", async (failing) => {
    await expect(saveState(tables(failing), path)).rejects.toThrow("The connection was reset.");

    expect(await readdir(folder)).toEqual([]);
  });

  it("is not written over a file", async () => {
    await writeFile(path, "older");

    await expect(saveState(tables(), path)).rejects.toThrow("is there already, and stays as it is");
    expect([await readdir(folder), await readFile(path, "utf8")]).toEqual([
      ["state.jsonl"],
      "older",
    ]);
  });

  it("does not disturb another that is being written", async () => {
    await writeFile(`${path}.part`, "half");

    await expect(saveState(tables(), path)).rejects.toThrow("another backup writes it");
    expect([await readdir(folder), await readFile(`${path}.part`, "utf8")]).toEqual([
      ["state.jsonl.part"],
      "half",
    ]);
  });
});

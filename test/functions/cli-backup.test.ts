import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { backupOptions } from "../../src/cli/backup-options.ts";

const program = join(import.meta.dirname, "../../src/cli/backup.ts");

function run(...argv: string[]): Promise<{ code: number; out: string; error: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...argv], { env: {} }, (failure, out, error) => {
      resolve({ code: failure ? Number(failure.code) : 0, out, error });
    });
  });
}

describe("npm run backup and restore", () => {
  it("tell how they are called", async () => {
    expect(await run("save", "--help")).toEqual({
      code: 0,
      out: expect.stringMatching(/^npm run backup .*\nnpm run restore /),
      error: "",
    });
  });

  it("tell what is wrong with a call, then how they are called", async () => {
    expect(await run("save", "--from", "f")).toEqual({
      code: 1,
      out: "",
      error: expect.stringMatching(/^--from and --go-on belong to npm run restore\.\n\nnpm run /),
    });
  });
});

describe("the options", () => {
  const tables = "https://account.table.core.windows.net";
  const to = ["--tables", `${tables}/`];

  it.each([
    [["save", ...to, "--out", "f"], { verb: "save", tables, out: "f" }],
    [["restore", ...to, "--from", "f"], { verb: "restore", tables, from: "f", goOn: false }],
    [["restore", ...to, "--from=f", "--go-on"], { verb: "restore", tables, from: "f", goOn: true }],
    [["save", "--help"], undefined],
    [["restore", "--help"], undefined],
    [["--help"], undefined],
  ])("of backup and restore: %j", (argv, options) => {
    expect(backupOptions(argv)).toEqual(options);
  });

  it.each([
    [["save", ...to, "--from", "f"], "--from and --go-on belong to npm run restore."],
    [["save", ...to, "--out", "f", "--go-on"], "--from and --go-on belong to npm run restore."],
    [["restore", ...to, "--out", "f"], "--out belongs to npm run backup"],
    [["save", ...to], "--out is missing."],
    [["restore", ...to], "--from is missing."],
    [["save", "--out", "f"], "--tables is missing."],
    [["save", "--tables", "http://a.b", "--out", "f"], 'not "http://a.b".'],
    [["save", "--tables", "account", "--out", "f"], 'not "account".'],
    [["save", ...to, "--out", "f", "--nonsense"], "--nonsense"],
    [["save", ...to, "--out", "f", "further"], "further"],
    [[...to, "--out", "f"], 'must be save or restore, not "--tables".'],
    [[], 'must be save or restore, not "".'],
  ])("of backup and restore, when wrong: %j", (argv, words) => {
    expect(() => backupOptions(argv)).toThrow(words);
    expect(() => backupOptions(argv)).toThrow("npm run restore -- --tables https://");
  });
});

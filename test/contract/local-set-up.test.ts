import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const program = fileURLToPath(new URL("../local/set-up.mjs", import.meta.url));
let root: string;

/** Stands for npm: notes that it ran, takes its time, makes node_modules, ends as told. */
const fakeNpm = `#!/bin/sh
echo "$@" >> calls
test -f fail && { echo "npm says why" >&2; exit 7; }
rm -rf node_modules
sleep 0.3
mkdir node_modules
`;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "larder-set-up-"));
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "bin", "npm"), fakeNpm, { mode: 0o755 });
  writeLock("1.0.0");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const packages = (version: string) => ({
  "node_modules/a": { version, integrity: `sha512-${version}` },
});
function writeLock(version: string): void {
  const lock = {
    packages: {
      "": { name: "larder" },
      ...packages(version),
      "node_modules/for-another-machine": { version: "1.0.0", optional: true },
    },
  };
  writeFileSync(join(root, "package-lock.json"), JSON.stringify(lock));
}

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

async function setUp(): Promise<Outcome> {
  const child: ChildProcess = spawn(process.execPath, [program, root], {
    cwd: root,
    env: { PATH: `${join(root, "bin")}${delimiter}/usr/bin${delimiter}/bin` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout?.on("data", (part: Buffer) => void (output += part.toString()));
  child.stderr?.on("data", (part: Buffer) => void (output += part.toString()));
  return await new Promise((resolve) => {
    child.on("close", (code) => resolve({ code, output }));
  });
}

const installs = () => {
  try {
    return readFileSync(join(root, "calls"), "utf8").trim().split("\n").length;
  } catch {
    return 0;
  }
};

describe("set-up", () => {
  it("installs when node_modules is missing, then says and does nothing", async () => {
    expect((await setUp()).code).toBe(0);
    expect(readFileSync(join(root, "calls"), "utf8")).toMatch(/^ci --include=dev /);
    expect(await setUp()).toEqual({ code: 0, output: "" });
    expect(installs()).toBe(1);
  });

  it("installs again when package-lock.json changed", async () => {
    await setUp();
    writeLock("2.0.0");
    expect((await setUp()).code).toBe(0);
    expect(installs()).toBe(2);
    expect(await setUp()).toEqual({ code: 0, output: "" });
  });

  it("takes over what somebody installed by hand, if it is the same", async () => {
    mkdirSync(join(root, "node_modules"));
    const record = join(root, "node_modules", ".package-lock.json");
    writeFileSync(record, JSON.stringify({ packages: packages("1.0.0") }));
    expect(await setUp()).toEqual({ code: 0, output: "" });
    expect(installs()).toBe(0);

    writeLock("2.0.0");
    await setUp();
    expect(installs()).toBe(1);
  });

  it("installs once when two start at the same time", async () => {
    const outcomes = await Promise.all([setUp(), setUp(), setUp()]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(installs()).toBe(1);
  });

  it("does not wait for a set-up that was killed", async () => {
    const dead = spawn(process.execPath, ["-e", ""]);
    await new Promise((resolve) => dead.on("exit", resolve));
    mkdirSync(join(root, ".larder"));
    writeFileSync(join(root, ".larder", "set-up.lock"), String(dead.pid));
    expect((await setUp()).code).toBe(0);
    expect(installs()).toBe(1);
  });

  it("ends with npm's exit code and words when npm fails, and tries again next time", async () => {
    writeFileSync(join(root, "fail"), "");
    const failed = await setUp();
    expect(failed.code).toBe(7);
    expect(failed.output).toContain("npm says why");
    expect(failed.output).toContain("npm ci failed with exit code 7");

    rmSync(join(root, "fail"));
    expect((await setUp()).code).toBe(0);
  });

  it("says so when there is no npm", async () => {
    rmSync(join(root, "bin", "npm"));
    writeFileSync(join(root, "bin", "npm"), "not executable", { mode: 0o644 });
    const { code, output } = await setUp();
    expect(code).not.toBe(0);
    expect(output).toMatch(/npm (could not be started|ci failed)/);
  });
});

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { request } from "./local-request.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const built = existsSync(path("../../dist/main.cjs"));
let folder: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "larder-start-"));
});
afterEach(() => {
  child?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Starts main.ts; `ready` is its output up to the line that says so, and rejects when it ends without. */
function start(...options: string[]) {
  const args = [path("../local/main.ts"), "--files", folder, ...options];
  const started = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  child = started;
  let output = "";
  const ended = new Promise<Ended>((resolve) => {
    started.on("close", (code) => resolve({ code, output }));
  });
  const ready = new Promise<string>((resolve, reject) => {
    const read = (part: Buffer) => {
      output += part.toString();
      if (output.includes("Larder is ready:")) resolve(output);
    };
    started.stdout.on("data", read);
    started.stderr.on("data", read);
    ended.then(() => reject(new Error(output)), reject);
  });
  ready.catch(() => undefined);
  return { process: started, ready, ended };
}

const localFile = () => join(folder, "local.json");
const readLocal = () => JSON.parse(readFileSync(localFile(), "utf8")) as Record<string, unknown>;

describe.skipIf(!built)("npm start's program (needs dist/main.cjs: npm run build)", () => {
  it("says where everything is, serves the app, and stops without a trace", async () => {
    const { process: started, ready, ended } = start("--port", "0");
    const lines = (await ready).trim().split("\n");
    const local = readLocal();
    const { functionKey } = local as { functionKey: string };
    const headers = { "x-functions-key": functionKey };
    const health = await request(`${local["api"] as string}health`, { headers });
    const control = await request(`${local["control"] as string}/state`);
    started.kill("SIGTERM");
    const { code } = await ended;

    expect(lines.at(-1)).toBe(`Larder is ready: ${local["api"] as string}`);
    expect(Object.keys(local).sort()).toEqual(
      [
        "api",
        "arm",
        "ca",
        "control",
        "credentialSet",
        "dockerHub",
        "functionKey",
        "masterKey",
        "registry",
        "vault",
      ].sort(),
    );
    expect(local["api"]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/$/);
    expect(local["registry"]).toEqual({
      name: "larderdev",
      loginServer: expect.stringMatching(/^localhost:\d+$/),
    });
    expect(health.status).toBe(200);
    expect(control.json).toMatchObject({ registries: [{ name: "larderdev" }] });
    expect(code).toBe(0);
    expect(existsSync(localFile())).toBe(false);
    await expect(request(`${local["api"] as string}health`)).rejects.toThrow("ECONNREFUSED");
  });

  it("takes another port when the wanted one is not free", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { ready } = start("--port", String(port));
    const output = await ready;
    server.close();

    expect(output).toContain(`Port ${port} is taken`);
    expect(readLocal()["api"]).not.toContain(`:${port}/`);
  });
});

describe("what it refuses", () => {
  it.each([
    [["--port", "x"], "The port must be a number"],
    [["--prot", "1"], "--prot"],
  ])("%j, naming what is wrong", async (options, words) => {
    const { code, output } = await start(...options).ended;
    expect(code).toBe(1);
    expect(output).toContain(words);
  });
});

it.skipIf(process.platform !== "linux")(
  "notices that the npm above it was killed (needs Linux)",
  async () => {
    const watch = path("../local/orphan-watch.ts");
    const script = `import(${JSON.stringify(watch)}).then((one) => {
      one.watchForOrphaning(() => { console.log("orphaned"); process.exit(0); });
      console.log("watching");
      setInterval(() => {}, 1000);
    });`;
    writeFileSync(join(folder, "watch.mjs"), script);
    const npm = join(folder, "npm");
    const line = `"${process.execPath}" "${join(folder, "watch.mjs")}" & wait`;
    writeFileSync(npm, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
    child = spawn(npm, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    const closed = new Promise((resolve) => child?.stdout?.on("close", resolve));
    child.stdout?.on("data", (part: Buffer) => {
      output += part.toString();
      if (output.includes("watching")) child?.kill("SIGKILL");
    });
    await closed;

    expect(output).toBe("watching\norphaned\n");
  },
);

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { Host } from "../local/host/host.ts";
import { startHost } from "../local/host/host.ts";
import { connectionString, resolveSettings } from "../local/host/settings.ts";

/** Inside the project, so that apps written there find @azure/functions. */
const root = fileURLToPath(new URL("../../.larder", import.meta.url));
mkdirSync(root, { recursive: true });
const scratch = mkdtempSync(join(root, "host-load-"));
afterAll(() => rmSync(scratch, { recursive: true }));

let host: Host | undefined;
afterEach(async () => {
  await host?.stop();
  host = undefined;
});

let serial = 0;
function appWith(files: Readonly<Record<string, string>>): string {
  serial += 1;
  const directory = join(scratch, `app-${serial}`);
  for (const [name, text] of Object.entries({ "host.json": '{"version":"2.0"}', ...files })) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}
const start = async (appDirectory: string, log: string[] = []) => {
  const storage = "UseDevelopmentStorage=true";
  host = await startHost({ appDirectory, env: {}, storage, log: (line) => void log.push(line) });
  return host;
};

const main = (file: string) => JSON.stringify({ main: file });
const hello = 'app.http("hello", { handler: () => ({ body: "hello" }) });';
const cjs = (text: string) => `const { app, output } = require("@azure/functions");\n${text}`;
const esm = (text: string) => `import { app } from "@azure/functions";\n${text}`;

describe("the local host loads", () => {
  it.each([
    ["CommonJS", { "package.json": main("main.cjs"), "main.cjs": cjs(hello) }],
    ["a path that starts with ./", { "package.json": main("./main.js"), "main.js": cjs(hello) }],
    ["ES modules by extension", { "package.json": main("main.mjs"), "main.mjs": esm(hello) }],
    [
      "ES modules by package type",
      {
        "package.json": '{"type":"module","main":"src/*.js"}',
        "src/a.js": esm(hello),
        "src/b.js": "",
      },
    ],
    [
      "every file of a braces glob",
      { "package.json": main("src/{index,functions/*}.js"), "src/functions/a.js": cjs(hello) },
    ],
  ])("%s", async (_, files) => {
    const { url } = await start(appWith(files));

    expect(await (await fetch(`${url}/api/hello`)).text()).toBe("hello");
  });

  it("a bundle as it is built for Azure", async () => {
    const directory = appWith({ "package.json": main("dist/main.cjs"), "main.mjs": esm(hello) });
    buildSync({
      entryPoints: [join(directory, "main.mjs")],
      outfile: join(directory, "dist/main.cjs"),
      bundle: true,
      minify: true,
      platform: "node",
      format: "cjs",
      external: ["@azure/functions-core"],
      logLevel: "error",
    });

    const { url } = await start(directory);

    expect(await (await fetch(`${url}/api/hello`)).text()).toBe("hello");
  });
});

describe("the local host refuses to start", () => {
  const bad = (text: string) => ({ "package.json": main("main.cjs"), "main.cjs": cjs(text) });
  const http = "route: 'x', handler: () => ({})";

  it.each([
    ["a pattern without matches", { "package.json": main("dist/*.js") }, "Found zero files"],
    ["a package without main", { "package.json": "{}" }, 'no "main"'],
    ["an entry point that throws", bad('throw new Error("no such luck");'), "no such luck"],
    ["one that ends the process", bad("process.exit(3);"), "code 3"],
    ["two functions of one name", bad(hello + hello), "already been registered"],
    ["a bad function name", bad(hello.replace("hello", "9lives")), "not a valid function name"],
    ["HTTP streaming", bad(`app.setup({ enableHttpStream: true }); ${hello}`), "HTTP streaming"],
    ["a route it cannot play", bad(`app.http("r", { ${http.replace("x", "{a}:b")} });`), "{a}:b"],
    [
      "a trigger it does not play",
      bad('app.storageBlob("b", { path: "x", connection: "y", handler: () => {} });'),
      'does not play "blobTrigger"',
    ],
    [
      "an output it does not play",
      bad(
        `app.http("o", { ${http}, extraOutputs: [output.storageQueue({ queueName: "q", connection: "" })] });`,
      ),
      'does not play "queue"',
    ],
    [
      "a retry policy",
      bad(
        'app.timer("t", { schedule: "0 0 * * * *", retry: { strategy: "fixedDelay", maxRetryCount: 1, delayInterval: 1 }, handler: () => {} });',
      ),
      "retry policies",
    ],
    ["an older host.json", { ...bad(hello), "host.json": '{"version":"1.0"}' }, "host.json: "],
  ])("%s", async (_, files, message) => {
    await expect(start(appWith(files))).rejects.toThrow(message);
  });
});

describe("the local host holds to host.json", () => {
  const json = (extra: object) => JSON.stringify({ version: "2.0", ...extra });

  it("ends a worker whose function outlasts functionTimeout", async () => {
    const log: string[] = [];
    const text = `app.http("hang", { handler: () => new Promise(() => {}) }); ${hello}`;
    const files = { "package.json": main("main.cjs"), "main.cjs": cjs(text) };
    const hostJson = json({ functionTimeout: "00:00:00.2" });
    const { url } = await start(appWith({ ...files, "host.json": hostJson }), log);

    const hung = await fetch(`${url}/api/hang`);

    expect(hung.status).toBe(502);
    expect(log.join("\n")).toContain("Timeout value of 200 ms exceeded by 'hang'");
    expect((await fetch(`${url}/api/hello`)).status).toBe(200);
  });

  it("answers 429 beyond maxOutstandingRequests, and has no prefix when told so", async () => {
    const files = { "package.json": main("main.cjs"), "main.cjs": cjs(hello) };
    const open = json({ extensions: { http: { routePrefix: "" } } });
    const shut = json({ extensions: { http: { maxOutstandingRequests: 0 } } });

    const opened = await start(appWith({ ...files, "host.json": open }));
    expect((await fetch(`${opened.url}/hello`)).status).toBe(200);
    await opened.stop();

    const { url } = await start(appWith({ ...files, "host.json": shut }));
    expect((await fetch(`${url}/api/hello`)).status).toBe(429);
  });
});

describe("settings", () => {
  const settings = { QUEUE: "work", AzureWebJobsStorage: "a", AzureWebJobsOther: "b", Own: "c" };

  it("stand for %names%, and must be there", () => {
    expect(resolveSettings("x-%QUEUE%-y", settings)).toBe("x-work-y");
    expect(() => resolveSettings("%NOWHERE%", settings)).toThrow("'%NOWHERE%' does not resolve");
  });

  it.each([
    [undefined, "a"],
    ["", "a"],
    ["Storage", "a"],
    ["AzureWebJobsStorage", "a"],
    ["Other", "b"],
    ["Own", "c"],
  ])("connection %s is %s", (name, expected) => {
    expect(connectionString(name, settings)).toBe(expected);
  });

  it("say which connection is missing", () => {
    expect(() => connectionString("Gone", settings)).toThrow("'Gone' does not exist");
  });
});

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registryId } from "../local/cloud.ts";
import { type App, startApp } from "./app.ts";

/*
 * The commands as somebody types them, against the built app: a registry with rules that were made
 * outside Larder is looked at, taken over and written down as code.
 */

const root = join(import.meta.dirname, "../..");

let app: App;
let folder: string;
/** Changes sent to ARM and the registry while the commands ran. */
const changes: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "larder-cli-"));
  app = await startApp();
  makeRule("grafana", "docker.io/grafana/*", "grafana/*", "docker-hub");
  makeRule("github", "ghcr.io/*", "ghcr/*");
  app.standIn.log.watch(({ service, call }) => {
    if (
      /^(arm|acr)$/.test(service) &&
      !/^(GET|HEAD)$/.test(call.method) &&
      !call.path.startsWith("/oauth2/")
    )
      changes.push(`${call.method} ${call.path}`);
  });
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

/** In ARM, by somebody else. */
function makeRule(name: string, source: string, target: string, set?: string): void {
  const id = set === undefined ? undefined : `${registryId("larderdev")}/credentialSets/${set}`;
  const [sourceRepository, targetRepository] = [source, target];
  const properties = { sourceRepository, targetRepository, credentialSetResourceId: id };
  app.standIn.registries[0]?.rules.start({ name, properties, afterMs: 0, by: "somebody" });
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a command where nobody sits at a terminal. */
function run(command: "adopt" | "export", ...options: string[]): Promise<Ran> {
  const env = {
    PATH: process.env["PATH"],
    LARDER_API: app.host.url,
    LARDER_KEY: app.host.functionKey,
  };
  const argv = [join(root, `src/cli/${command}.ts`), "--registry", "larderdev", ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { env, cwd: folder }, (failure, out, error) => {
      resolve({ code: failure ? Number(failure.code) : 0, out, error });
    });
  });
}

const rule = async (name: string) =>
  (await app.call("GET", `registries/larderdev/rules/${name}`)).body as Record<string, unknown>;

describe("npm run adopt", () => {
  it("shows what it would do, and does nothing where nobody can be asked", async () => {
    const { code, out } = await run("adopt");

    expect(code).toBe(0);
    expect(out.split("\n").slice(0, 4)).toEqual([
      "to take over  rule            github      ghcr.io/* -> ghcr/*",
      "to take over  rule            grafana     docker.io/grafana/* -> grafana/* (docker-hub)",
      "to take over  credential set  docker-hub",
      "skipped       credential set  quay-io",
    ]);
    expect(out).toContain("Nothing was done. Say --yes to take these over.");
    expect(await rule("grafana")).toMatchObject({ status: "unmanaged" });
  });

  it("takes over what is named, with --yes, and changes nothing in Azure", async () => {
    const named = ["--rules", "grafana", "--credential-sets", "assisted"];
    const { code, out } = await run("adopt", "--yes", "--owner", "web", ...named);

    expect([code, out]).toEqual([
      0,
      expect.stringContaining("1 rule and 1 credential set taken over."),
    ]);
    expect(await rule("grafana")).toMatchObject({ status: "active", owner: "web" });
    expect(await rule("github")).toMatchObject({ status: "unmanaged" });
    const set = await app.call("GET", "registries/larderdev/credential-sets/docker-hub");
    expect(set.body).toMatchObject({ rotation: { mode: "assisted", account: "larderbot" } });
    expect(changes).toEqual([]);
  });

  it("says what the API says is wrong, and fails", async () => {
    expect(await run("adopt", "--rules", "x")).toEqual({
      code: 1,
      out: "",
      error: expect.stringMatching(
        /^rules\[0\]: A rule name .*\(InvalidRequestBody, rules\[0\]\)\n$/,
      ),
    });
    expect(await run("adopt", "--key", "wrong")).toMatchObject({
      code: 1,
      error: expect.stringContaining("401"),
    });
  });
});

describe("npm run export", () => {
  it.each([
    ["bicep", "'docker.io/grafana/*'"],
    ["terraform", "azurerm_container_registry_cache_rule"],
  ])("writes %s, and over no file", async (format, words) => {
    const file = join(folder, `cache.${format}`);

    const shown = await run("export", "--format", format);
    const first = await run("export", "--format", format, "--out", file);
    const second = await run("export", "--format", format, "--out", file);

    expect([shown.code, shown.out]).toEqual([0, expect.stringContaining(words)]);
    expect([first.code, await readFile(file, "utf8")]).toEqual([0, shown.out]);
    expect([second.code, second.error]).toEqual([1, expect.stringContaining("is there already")]);
  });
});

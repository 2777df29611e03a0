import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/*
 * Import direction is a lint rule; this proves that the rule is awake. Probes lie in a copy of the
 * rooms, made of nothing but the lint's own configuration, so that the real ones stay clean.
 */

interface Probe {
  readonly room: string;
  readonly allowed: string;
  readonly forbidden: string;
}

const probes: readonly Probe[] = [
  { room: "src/domain/probe.ts", allowed: "./errors.ts", forbidden: "../jobs/read-rule.ts" },
  { room: "src/domain/probe-two.ts", allowed: "zod", forbidden: "node:fs" },
  { room: "src/domain/probe-three.ts", allowed: "re2js", forbidden: "semver" },
  {
    room: "src/domain/probe-four.ts",
    allowed: "semver/classes/range.js",
    forbidden: "@azure/identity",
  },
  { room: "src/domain/probe-five.ts", allowed: "luxon", forbidden: "undici" },
  { room: "src/jobs/probe.ts", allowed: "../domain/errors.ts", forbidden: "../azure/vault.ts" },
  { room: "src/jobs/probe-two.ts", allowed: "./read-rule.ts", forbidden: "@azure/data-tables" },
  { room: "src/azure/probe.ts", allowed: "../domain/errors.ts", forbidden: "../oci/upstreams.ts" },
  {
    room: "src/azure/probe-two.ts",
    allowed: "@azure/data-tables",
    forbidden: "../jobs/read-rule.ts",
  },
  {
    room: "src/docker-hub/probe.ts",
    allowed: "../domain/errors.ts",
    forbidden: "../azure/vault.ts",
  },
  { room: "src/oci/probe.ts", allowed: "../domain/errors.ts", forbidden: "../http/reply.ts" },
  { room: "src/http/probe.ts", allowed: "../domain/errors.ts", forbidden: "../jobs/read-rule.ts" },
  { room: "src/http/probe-two.ts", allowed: "./reply.ts", forbidden: "../functions/main.ts" },
  {
    room: "src/functions/probe.ts",
    allowed: "../jobs/read-rule.ts",
    forbidden: "../azure/vault.ts",
  },
  { room: "src/functions/probe-two.ts", allowed: "../larder.ts", forbidden: "../config.ts" },
  {
    room: "src/functions/probe-three.ts",
    allowed: "../http/reply.ts",
    forbidden: "../oci/upstreams.ts",
  },
  { room: "src/larder.ts", allowed: "./azure/vault.ts", forbidden: "./jobs/read-rule.ts" },
];

const root = resolve(import.meta.dirname, "../..");
let house: string;

/** The files in which the lint found a forbidden import, relative to the house. */
function lint(): Promise<ReadonlySet<string>> {
  return new Promise((done, reject) => {
    const run = join(root, "node_modules/.bin/oxlint");
    execFile(run, ["--format", "json"], { cwd: house, maxBuffer: 1 << 24 }, (_error, stdout) => {
      try {
        const { diagnostics } = JSON.parse(stdout) as {
          diagnostics: readonly { code?: string; filename: string }[];
        };
        const found = diagnostics.filter(({ code }) => code?.includes("no-restricted-imports"));
        done(new Set(found.map(({ filename }) => filename)));
      } catch (error) {
        reject(new Error(`oxlint answered: ${stdout}`, { cause: error }));
      }
    });
  });
}

async function build(imported: (probe: Probe) => string): Promise<void> {
  for (const probe of probes) {
    const path = join(house, probe.room);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(
      path,
      `import * as probe from "${imported(probe)}";\nexport const shown = probe;\n`,
    );
  }
}

beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), "boundaries-"));
  await cp(join(root, ".oxlintrc.json"), join(house, ".oxlintrc.json"));
  await cp(join(root, "tsconfig.json"), join(house, "tsconfig.json"));
});
afterAll(() => rm(house, { recursive: true, force: true }));

describe("the import lint", () => {
  it("flags a forbidden import in every room", async () => {
    await build(({ forbidden }) => forbidden);

    expect([...(await lint())].sort()).toEqual(probes.map(({ room }) => room).sort());
  });

  it("flags no allowed import", async () => {
    await build(({ allowed }) => allowed);

    expect([...(await lint())]).toEqual([]);
  });
});

import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { startAzurite } from "../local/azurite.ts";
import { startHost } from "../local/host/host.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "larder-bundle-"));

describe("the bundle", () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is all a Functions worker needs: no node_modules, and no settings before the first call", async () => {
    mkdirSync(join(folder, "dist"));
    for (const file of ["host.json", "package.json", "dist/main.cjs"])
      cpSync(join(root, file), join(folder, file));
    const azurite = await startAzurite();
    const log: string[] = [];
    const everyFive = "0 */5 * * * *";
    const env = {
      RECONCILE_SCHEDULE: everyFive,
      SWEEP_SCHEDULE: everyFive,
      LarderStorage: azurite.connectionString,
    };
    const host = await startHost({
      appDirectory: folder,
      env,
      storage: azurite.connectionString,
      log: (line) => void log.push(line),
    });
    try {
      const names = host.functions().map(({ name }) => name);
      const page = await fetch(`${host.url}/api/`);
      const health = await fetch(`${host.url}/api/health`);

      expect(names).toEqual(
        expect.arrayContaining(["putRule", "ruleWork", "reconcile", "zzUnmatched"]),
      );
      expect(page.status).toBe(200);
      // Without REGISTRIES nothing works, and the log says which setting is wrong and what it must be.
      expect(health.status).toBe(503);
      expect(await health.json()).toMatchObject({ error: { code: "NotConfigured" } });
      expect(log.join("\n")).toContain(
        "REGISTRIES is missing; it must be ARM resource ids of registries",
      );
    } finally {
      await host.stop();
      await azurite.close();
    }
  });
});

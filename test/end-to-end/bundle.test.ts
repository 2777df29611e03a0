import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { startAzurite } from "../local/azurite.ts";
import { type Host, startHost } from "../local/host/host.ts";
import { deliverEvent } from "./app.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "larder-bundle-"));

/** The host on nothing but the files that are deployed, without any setting that the host does not need itself. */
async function startBundle(storage: string, log: (line: string) => void): Promise<Host> {
  mkdirSync(join(folder, "dist"));
  for (const file of ["host.json", "package.json", "dist/main.cjs"])
    cpSync(join(root, file), join(folder, file));
  const schedules = ["RECONCILE", "SWEEP", "ROTATION", "REPORT"].map((one) => `${one}_SCHEDULE`);
  const env = {
    ...Object.fromEntries(schedules.map((name) => [name, "0 */5 * * * *"])),
    LarderStorage: storage,
  };
  return startHost({ appDirectory: folder, env, storage, log });
}

describe("the bundle", () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is all a Functions worker needs: no node_modules, and no settings before the first call", async () => {
    const azurite = await startAzurite();
    const log: string[] = [];
    const host = await startBundle(azurite.connectionString, (line) => void log.push(line));
    try {
      const names = host.functions().map(({ name }) => name);
      const page = await fetch(`${host.url}/api/`);
      const health = await fetch(`${host.url}/api/health`);
      const delivery = await deliverEvent(host, {
        type: "Microsoft.KeyVault.SecretExpired",
        data: { ObjectType: "Secret", VaultName: "contoso", ObjectName: "token" },
      });

      expect(names).toEqual(
        expect.arrayContaining(["putRule", "ruleWork", "rotationWork", "zzUnmatched"]),
      );
      expect(names).toEqual(
        expect.arrayContaining(["reconcile", "sweep", "rotationSweep", "report", "secretEvents"]),
      );
      expect(page.status).toBe(200);
      // Without REGISTRIES nothing works, and the log says which setting is wrong and what it must be.
      expect(health.status).toBe(503);
      expect(await health.json()).toMatchObject({ error: { code: "NotConfigured" } });
      // An event is not lost by that: Event Grid delivers it again.
      expect(delivery).toEqual([
        500,
        "NotConfigured: The settings of this deployment are not right. Its log names each faulty one.",
      ]);
      expect(log.join("\n")).toContain(
        "REGISTRIES is missing; it must be ARM resource ids of registries",
      );
    } finally {
      await host.stop();
      await azurite.close();
    }
  });
});

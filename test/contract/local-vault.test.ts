import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { specCheck, specIsThere } from "./local-vault-spec.ts";
import { all, openStage, type Stage } from "./local-vault-stage.ts";

let stage: Stage;
const problems: string[] = [];

beforeAll(async () => {
  stage = await openStage();
  if (specIsThere) {
    const check = specCheck();
    stage.log.watch((exchange) => {
      if (exchange.service === "vault") problems.push(check(exchange));
    });
  }
});
afterAll(() => stage.close());

const refused = (doing: Promise<unknown>) =>
  doing.then(
    () => "done",
    (error: { statusCode?: number; code?: string }) => `${error.statusCode} ${error.code}`,
  );

describe("secrets through the SDK", () => {
  it("keeps every version, and the newest one is current", async () => {
    const first = await stage.client.setSecret("two-versions", "old", { tags: { a: "1" } });
    const second = await stage.client.setSecret("two-versions", "new");
    const now = await stage.client.getSecret("two-versions");
    const before = await stage.client.getSecret("two-versions", {
      version: first.properties.version ?? "",
    });
    const versions = await all(stage.client.listPropertiesOfSecretVersions("two-versions"));

    expect(now.value).toBe("new");
    expect(now.properties.version).toBe(second.properties.version);
    expect(now.properties.tags).toBeUndefined();
    expect(before.value).toBe("old");
    expect(before.properties.tags).toEqual({ a: "1" });
    expect(new Set(versions.map(({ version }) => version))).toEqual(
      new Set([first.properties.version, second.properties.version]),
    );
  });

  it("keeps dates to the second, and changes properties without touching the value", async () => {
    const expiresOn = new Date("2027-01-02T03:04:05Z");
    const { properties } = await stage.client.setSecret("dated", "v", { expiresOn });
    const changed = await stage.client.updateSecretProperties("dated", properties.version ?? "", {
      contentType: "text/plain",
      tags: { uuid: "u-1" },
    });
    const read = await stage.client.getSecret("dated");

    expect(changed.contentType).toBe("text/plain");
    expect(read.value).toBe("v");
    expect(read.properties.expiresOn).toEqual(expiresOn);
    expect(read.properties.tags).toEqual({ uuid: "u-1" });
    expect(read.properties.recoverableDays).toBe(90);
  });

  it("hands out an expired secret but not a disabled one", async () => {
    const { properties } = await stage.client.setSecret("expired", "v", {
      expiresOn: new Date("2020-01-01T00:00:00Z"),
    });
    expect((await stage.client.getSecret("expired")).value).toBe("v");

    await stage.client.updateSecretProperties("expired", properties.version ?? "", {
      enabled: false,
    });
    expect(await refused(stage.client.getSecret("expired"))).toBe("403 Forbidden");
  });

  it("lists sixty secrets over pages of at most 25 without their values", async () => {
    for (let index = 0; index < 60; index += 1) stage.vault.seed(`many-${index}`, "hidden-value");
    const sizes: number[] = [];
    const names: string[] = [];
    const stop = stage.log.watch(({ answer }) => {
      expect(JSON.stringify(answer.body)).not.toContain("hidden-value");
    });
    for await (const page of stage.client.listPropertiesOfSecrets().byPage()) {
      sizes.push(page.length);
      names.push(...page.map(({ name }) => name));
    }
    stop();

    expect(Math.max(...sizes)).toBe(25);
    expect(new Set(names.filter((name) => name.startsWith("many-"))).size).toBe(60);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("deleting", () => {
  it("hides, reserves the name, recovers with all versions", async () => {
    await stage.client.setSecret("soft", "one");
    await stage.client.setSecret("soft", "two");
    const poller = await stage.client.beginDeleteSecret("soft", { intervalInMs: 1 });
    const deleted = await poller.pollUntilDone();
    const listed = await all(stage.client.listDeletedSecrets());

    expect(deleted.recoveryId).toBe(`${stage.url}/deletedsecrets/soft`);
    expect(listed.map(({ name }) => name)).toEqual(["soft"]);
    expect(await refused(stage.client.getSecret("soft"))).toBe("404 SecretNotFound");
    expect(await refused(stage.client.setSecret("soft", "three"))).toBe("409 Conflict");

    await (
      await stage.client.beginRecoverDeletedSecret("soft", { intervalInMs: 1 })
    ).pollUntilDone();
    expect((await stage.client.getSecret("soft")).value).toBe("two");
    expect(await all(stage.client.listPropertiesOfSecretVersions("soft"))).toHaveLength(2);
  });

  it("purges for good, by hand or when the retention is over", async () => {
    for (const name of ["by-hand", "by-time"]) {
      await stage.client.setSecret(name, "v");
      await (await stage.client.beginDeleteSecret(name, { intervalInMs: 1 })).pollUntilDone();
    }
    await stage.client.purgeDeletedSecret("by-hand");
    expect(await refused(stage.client.getDeletedSecret("by-hand"))).toBe("404 SecretNotFound");
    expect((await stage.client.setSecret("by-hand", "again")).value).toBe("again");

    stage.clock.advance(90 * 86_400);
    expect(await refused(stage.client.getDeletedSecret("by-time"))).toBe("404 SecretNotFound");
  });

  it("restores a backup once the secret is purged, never over a living one", async () => {
    await stage.client.setSecret("saved", "precious", { tags: { k: "v" } });
    const blob = await stage.client.backupSecret("saved");
    expect(await refused(stage.client.restoreSecretBackup(blob ?? new Uint8Array()))).toBe(
      "409 Conflict",
    );

    await (await stage.client.beginDeleteSecret("saved", { intervalInMs: 1 })).pollUntilDone();
    await stage.client.purgeDeletedSecret("saved");
    await stage.client.restoreSecretBackup(blob ?? new Uint8Array());
    const restored = await stage.client.getSecret("saved");

    expect(restored.value).toBe("precious");
    expect(restored.properties.tags).toEqual({ k: "v" });
    expect(Buffer.from(blob ?? []).toString("utf8")).not.toContain("precious");
  });
});

it.skipIf(!specIsThere)(
  "every exchange above is in Key Vault's description (needs ../shared/specs/keyvault)",
  () => {
    expect(problems.length).toBeGreaterThan(40);
    expect(problems.filter((problem) => problem !== "")).toEqual([]);
  },
);

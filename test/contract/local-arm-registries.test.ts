import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addRule, registryStage, type Stage } from "./local-acr-stage.ts";

const group = "myResourceGroup";
const registryName = "myRegistry";
const quick = { updateIntervalInMs: 1 };

let stage: Stage;
beforeAll(async () => {
  stage = await registryStage();
});
afterAll(() => stage.close());

describe("registries, through the real SDK", () => {
  it("are got without case and listed", async () => {
    const got = await stage.management.registries.get(group, "MYREGISTRY");
    const listed: (string | undefined)[] = [];
    for await (const { name } of stage.management.registries.list()) listed.push(name);

    expect([got.name, got.sku.name, got.anonymousPullEnabled]).toEqual([
      registryName,
      "Premium",
      true,
    ]);
    expect(`https://${got.loginServer}`).toBe(stage.acr);
    expect(listed).toEqual([registryName]);
  });

  it("import every platform of an image", async () => {
    const digest = stage.upstream.push("ghcr.io/team/tool:v1", ["linux/amd64", "linux/arm64"]);

    await stage.management.registries.importImage(
      group,
      registryName,
      {
        source: { registryUri: "ghcr.io", sourceImage: "team/tool:v1" },
        targetTags: ["own/tool:v1"],
        mode: "NoForce",
      },
      quick,
    );

    const held = stage.registry.storage.repositories.get("own/tool");
    expect([held?.tags.get("v1")?.digest, held?.manifests.size]).toEqual([digest, 3]);
  });

  it("refuse to import into a repository under a rule", async () => {
    addRule(stage, "ghcr.io/refused/*", "refused/*");
    const source = { registryUri: "ghcr.io", sourceImage: "team/tool:v1" };

    await expect(
      stage.management.registries.importImage(
        group,
        registryName,
        { source, targetTags: ["refused/tool:v1"] },
        quick,
      ),
    ).rejects.toMatchObject({ statusCode: 400, code: "sim:RepositoryUnderCacheRule" });
  });

  it("report an import whose source is not there", async () => {
    const source = { registryUri: "ghcr.io", sourceImage: `team/${randomUUID()}:v1` };

    await expect(
      stage.management.registries.importImage(
        group,
        registryName,
        { source, targetTags: ["own/none:v1"] },
        quick,
      ),
    ).rejects.toMatchObject({ code: "sim:ImportSourceFailed" });
  });
});

import { describe, expect, it } from "vitest";
import { cloudWorlds, registryName as contoso } from "./cloud-worlds.ts";

describe.each(cloudWorlds())("credential sets: $name", ({ make }) => {
  it("shows a healthy set with its upstream, secrets and identity", async () => {
    const sets = await make().ports.credentialSets.list(contoso);

    expect(sets.find(({ name }) => name === "docker-hub")).toEqual({
      name: "docker-hub",
      loginServer: "docker.io",
      usernameSecretId: expect.stringMatching(/^https:\/\/[^/]+\/secrets\/docker-hub-username$/),
      passwordSecretId: expect.stringMatching(/^https:\/\/[^/]+\/secrets\/docker-hub-token$/),
      health: { status: "Healthy" },
      principalId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      provisioningState: "Succeeded",
    });
  });

  it("shows why a set is unhealthy, and more sets than a page holds", async () => {
    const world = make();
    const names = ["forbidden-a", "forbidden-b", "forbidden-c", "forbidden-d"];
    for (const name of names) world.addUnhealthySet(name, "quay.io");

    const sets = await world.ports.credentialSets.list("CONTOSO");

    const found = sets.filter(({ name }) => name.startsWith("forbidden-"));
    expect(found.map(({ name }) => name).sort()).toEqual(names);
    expect(found[0]?.health).toEqual({
      status: "Unhealthy",
      errorCode: "Forbidden",
      errorMessage: expect.stringMatching(/get permission/),
    });
  });

  it("answers missing for a registry that is not served", async () => {
    await expect(make().ports.credentialSets.list("fabrikam")).rejects.toMatchObject({
      reason: "missing",
      problem: { code: "RegistryNotFound" },
    });
  });
});

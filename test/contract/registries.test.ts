import { describe, expect, it } from "vitest";
import { connectArm } from "../../src/azure/arm.ts";
import { registries } from "../../src/azure/registries.ts";
import { parseRegistryId } from "../../src/azure/registry-id.ts";
import { registryId } from "../local/cloud.ts";
import { cloudWorlds, localCloud } from "./cloud-worlds.ts";

const cloud = localCloud();

describe.each(cloudWorlds(cloud))("registries: $name", ({ make }) => {
  it("names those served and their login servers, whatever the case", async () => {
    const { registries: served } = make().ports;

    expect(served.names).toEqual(["contoso"]);
    const server = await served.loginServer("contoso");
    expect(server).toMatch(/^contoso\.azurecr\.io$|^localhost:\d+$/);
    expect(await served.loginServer("Contoso")).toBe(server);
  });

  it("answers missing for one that is not served", async () => {
    await expect(make().ports.registries.loginServer("fabrikam")).rejects.toMatchObject({
      reason: "missing",
      problem: { code: "RegistryNotFound" },
    });
  });
});

describe("login servers", () => {
  const total = () =>
    Object.values(cloud().standIn.log.counts()["arm"] ?? {}).reduce((sum, one) => sum + one, 0);

  /** Over the stand-in's ARM, with a clock of its own; serves "contoso" and one that ARM does not know. */
  function served(now: () => number) {
    const { standIn } = cloud();
    const ids = [registryId("contoso"), registryId("vanished")].flatMap(
      (id) => parseRegistryId(id) ?? [],
    );
    const { identity } = standIn;
    const credential = {
      getToken: async () => ({
        token: identity.issue(identity.appPrincipalId, "https://management.azure.com"),
        expiresOnTimestamp: Date.now() + 3_600_000,
      }),
    };
    return registries(connectArm({ registries: ids, credential, endpoint: standIn.urls.arm }), now);
  }

  it("are asked once by many at once, and again after ten minutes", async () => {
    let now = 0;
    const under = served(() => now);
    const before = total();

    await Promise.all([1, 2, 3].map(() => under.loginServer("contoso")));
    now = 599_999;
    await under.loginServer("contoso");
    expect(total() - before).toBe(1);

    now = 600_000;
    await under.loginServer("contoso");
    expect(total() - before).toBe(2);
  });

  it("are asked again after a failure, which says what ARM said", async () => {
    const under = served(() => 0);
    cloud().standIn.faults.add({ where: "arm", kind: "403", times: 1 });

    await expect(under.loginServer("contoso")).rejects.toMatchObject({ reason: "lacksRight" });
    expect(await under.loginServer("contoso")).toMatch(/^localhost:\d+$/);
    await expect(under.loginServer("vanished")).rejects.toMatchObject({
      reason: "refused",
      problem: { code: "ResourceNotFound" },
    });
  });
});

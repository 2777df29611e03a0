import { describe, expect, it } from "vitest";
import { connectArm } from "../../src/azure/arm.ts";
import { registries } from "../../src/azure/registries.ts";
import { parseRegistryId } from "../../src/azure/registry-id.ts";
import type { Sku } from "../local/acr/registry.ts";
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

  it("tells their ARM ids, whatever the case", async () => {
    const { registries: served } = make().ports;

    const id = await served.id("Contoso");
    expect(id).toMatch(
      /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ContainerRegistry\/registries\/contoso$/,
    );
    expect(await served.id("contoso")).toBe(id);
  });

  it("tells their tiers, whatever the case", async () => {
    const { registries: served } = make().ports;

    expect(await served.tier("contoso")).toBe("Premium");
    expect(await served.tier("Contoso")).toBe("Premium");
  });

  it("answers missing for one that is not served", async () => {
    const { registries: served } = make().ports;
    const missing = { reason: "missing", problem: { code: "RegistryNotFound" } };

    await expect(served.id("fabrikam")).rejects.toMatchObject(missing);
    await expect(served.loginServer("fabrikam")).rejects.toMatchObject(missing);
    await expect(served.tier("fabrikam")).rejects.toMatchObject(missing);
  });
});

describe("what ARM tells of registries", () => {
  const total = () =>
    Object.values(cloud().standIn.log.counts()["arm"] ?? {}).reduce((sum, one) => sum + one, 0);

  /** Over the stand-in's ARM, with a clock of its own; serves "contoso", one that ARM does not know, and those named. */
  function served(now: () => number, ...names: readonly string[]) {
    const { standIn } = cloud();
    const ids = ["contoso", "vanished", ...names].flatMap(
      (name) => parseRegistryId(registryId(name)) ?? [],
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

  it("is asked once by many at once, and again after ten minutes", async () => {
    let now = 0;
    const under = served(() => now);
    const before = total();

    await Promise.all([1, 2, 3].map(() => under.loginServer("contoso")));
    now = 599_999;
    await under.loginServer("contoso");
    await under.tier("contoso");
    expect(total() - before).toBe(1);

    now = 600_000;
    await under.loginServer("contoso");
    expect(total() - before).toBe(2);
  });

  it("is asked again after a failure, which says what ARM said", async () => {
    const under = served(() => 0);
    cloud().standIn.faults.add({ where: "arm", kind: "403", times: 1 });

    await expect(under.loginServer("contoso")).rejects.toMatchObject({ reason: "lacksRight" });
    expect(await under.loginServer("contoso")).toMatch(/^localhost:\d+$/);
    await expect(under.loginServer("vanished")).rejects.toMatchObject({
      reason: "refused",
      problem: { code: "ResourceNotFound" },
    });
  });

  it.each([
    ["Basic", "Basic"],
    ["Standard", "Standard"],
    ["Premium", "Premium"],
    ["Classic", "Basic"],
  ] as const)("makes SKU %s the tier %s", async (sku, tier) => {
    const name = `sku${sku.toLowerCase()}`;
    await cloud().standIn.startRegistry({ name, sku: sku as Sku });

    expect(await served(() => 0, name).tier(name)).toBe(tier);
  });
});

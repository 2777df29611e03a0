import { describe, expect, it } from "vitest";
import { connectArm } from "../../src/azure/arm.ts";
import { cacheRuleWriter } from "../../src/azure/cache-rule-writer.ts";
import { cacheRules } from "../../src/azure/cache-rules.ts";
import { parseRegistryId } from "../../src/azure/registry-id.ts";
import { registryId } from "../local/cloud.ts";
import { registryName as contoso, localCloud } from "./cloud-worlds.ts";

/* What troubles on the wire become, through the real SDKs and the composition of larder.ts. */

const cloud = localCloud();

/** Requests of a service so far. */
const asked = (service: string) =>
  Object.values(cloud().standIn.log.counts()[service] ?? {}).reduce((sum, one) => sum + one, 0);

type Port = "arm" | "acr" | "vault";
const calls: Record<Port, () => Promise<unknown>> = {
  arm: () => cloud().ports.cacheRules.list(contoso),
  acr: () => cloud().ports.repositories.list(contoso, "", 1),
  vault: () => cloud().ports.vault.read(`${cloud().standIn.urls.vault}/secrets/docker-hub-token`),
};

const kinds = [
  ["429", "unavailable", 7],
  ["503", "unavailable", 7],
  ["500", "unavailable", undefined],
  ["403", "lacksRight", undefined],
  ["404", "missing", undefined],
  ["409", "conflict", undefined],
  ["400", "refused", undefined],
] as const;
const rows = (["arm", "acr", "vault"] as const).flatMap((port) =>
  kinds.map(([kind, reason, wait]) => {
    // What is listed always exists, so there only the registry itself can be missing.
    const told = reason === "missing" && port !== "vault" ? "refused" : reason;
    return [port, kind, told, wait] as const;
  }),
);

describe("a status from the far end", () => {
  it.each(rows)("%s %s is %s, with its Retry-After", async (port, kind, reason, wait) => {
    await calls[port]();
    const { faults } = cloud().standIn;
    faults.add({ where: port, kind, ...(wait !== undefined && { retryAfter: wait }) });

    const outcome = calls[port]().finally(() => faults.clear());

    await expect(outcome).rejects.toMatchObject({
      name: "LarderError",
      reason,
      retryAfterSeconds: wait,
      problem: { message: expect.stringContaining(`fault injected: ${kind}`) },
    });
  });

  it.each(["arm", "acr", "vault"] as const)(
    "%s: a long Retry-After is not waited out",
    async (port) => {
      await calls[port]();
      const before = asked(port);
      cloud().standIn.faults.add({ where: port, kind: "429", retryAfter: 30, times: 1 });

      await expect(calls[port]()).rejects.toMatchObject({ retryAfterSeconds: 30 });
      expect(asked(port) - before).toBe(1);
      await calls[port]();
    },
  );

  it.each([
    ["arm", "500"],
    ["arm", "drop"],
    ["arm", "lose"],
    ["acr", "502"],
    ["acr", "drop"],
    ["vault", "503"],
    ["vault", "lose"],
  ] as const)("%s: two times %s pass unseen", async (port, kind) => {
    await calls[port]();
    cloud().standIn.faults.add({ where: port, kind, times: 2 });
    await calls[port]();
    expect(cloud().standIn.faults.list()).toEqual([]);
  });

  it.each(["arm", "acr", "vault"] as const)(
    "%s: a connection that keeps breaking is unavailable",
    async (port) => {
      await calls[port]();
      const { faults } = cloud().standIn;
      faults.add({ where: port, kind: "drop" });

      await expect(calls[port]().finally(() => faults.clear())).rejects.toMatchObject({
        reason: "unavailable",
        problem: { code: "ConnectionFailed" },
      });
    },
  );
});

describe("a change that ARM is slow with", () => {
  const nginx = { source: "docker.io/library/nginx", target: "nginx", credentialSet: "docker-hub" };

  it("is unavailable when patience ends, goes on at ARM, and can be asked again", async () => {
    const { standIn } = cloud();
    const [registry] = standIn.registries;
    const { identity } = standIn;
    const arm = connectArm({
      registries: [registryId(contoso)].flatMap((id) => parseRegistryId(id) ?? []),
      credential: {
        getToken: async () => ({
          token: identity.issue(identity.appPrincipalId, "https://management.azure.com"),
          expiresOnTimestamp: Date.now() + 3_600_000,
        }),
      },
      endpoint: standIn.urls.arm,
    });
    const writer = cacheRuleWriter(arm, { pollSeconds: 0.05, patienceSeconds: 0.5 });
    const live = cacheRules(arm);
    registry?.configure({ operationMs: 60_000 });

    await expect(writer.create(contoso, "nginx", nginx)).rejects.toMatchObject({
      reason: "unavailable",
      problem: { code: "TimedOut" },
    });
    expect((await live.get(contoso, "nginx"))?.provisioningState).toBe("Creating");

    registry?.configure({ operationMs: 0 });
    await writer.create(contoso, "nginx", nginx);
    expect((await live.get(contoso, "nginx"))?.provisioningState).toBe("Succeeded");
  });
});

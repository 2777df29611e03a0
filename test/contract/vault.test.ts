import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { vault } from "../../src/azure/vault.ts";
import { vaultClients } from "../../src/azure/vault-clients.ts";
import { cloudWorlds, localCloud } from "./cloud-worlds.ts";

const cloud = localCloud();

describe.each(cloudWorlds(cloud))("vault: $name", ({ make }) => {
  it("reads the current value, and never shows it", async () => {
    const world = make();
    world.putSecret("hub-token", "first-value");
    const id = world.putSecret("hub-token", "s3cr3t-välue\n");

    const read = await world.ports.vault.read(id);

    expect(read.reveal()).toBe("s3cr3t-välue\n");
    expect(
      `${String(read)} ${JSON.stringify(read)} ${inspect(read, { showHidden: true })}`,
    ).not.toContain("s3cr3t");
  });

  it("answers missing for a secret that is not there", async () => {
    const world = make();
    const id = world.putSecret("present", "value").replace(/present$/, "absent");

    await expect(world.ports.vault.read(id)).rejects.toMatchObject({
      reason: "missing",
      problem: { code: "SecretNotFound" },
    });
  });

  it("is forbidden a secret whose newest version is disabled, whatever the older ones are", async () => {
    const world = make();
    world.putSecret("half-disabled", "old");
    const id = world.putSecret("half-disabled", "new");
    const newest = await world.ports.secrets.get(id);
    await world.ports.secrets.disable(id, newest?.version ?? "");

    await expect(world.ports.vault.read(id)).rejects.toMatchObject({
      reason: "lacksRight",
      problem: { code: "Forbidden" },
    });
  });
});

describe("vault over the SDK", () => {
  it("reads a version by its id", async () => {
    const { standIn, ports } = cloud();
    standIn.vault.seed("versioned", "old");
    const state = standIn.vault.state() as {
      secrets: { name: string; versions: { version: string }[] }[];
    };
    const version = state.secrets.find(({ name }) => name === "versioned")?.versions[0]?.version;
    standIn.vault.seed("versioned", "new");

    const id = `${standIn.urls.vault}/secrets/versioned`;
    expect((await ports.vault.read(`${id}/${version}`)).reveal()).toBe("old");
    expect((await ports.vault.read(`${id}/`)).reveal()).toBe("new");
  });

  it("is forbidden a secret that is disabled, and one it may not get", async () => {
    const { standIn, ports } = cloud();
    standIn.vault.seed("disabled", "value", { enabled: false });
    const stranger = vault(
      vaultClients(
        { suffixes: [], hosts: [new URL(standIn.urls.vault).host] },
        {
          getToken: async () => ({
            token: standIn.identity.issue(
              "11111111-0000-4000-8000-000000000000",
              "https://vault.azure.net",
            ),
            expiresOnTimestamp: Date.now() + 3_600_000,
          }),
        },
      ),
    );
    const forbidden = { reason: "lacksRight", problem: { code: "Forbidden" } };

    await expect(ports.vault.read(`${standIn.urls.vault}/secrets/disabled`)).rejects.toMatchObject(
      forbidden,
    );
    await expect(
      stranger.read(`${standIn.urls.vault}/secrets/docker-hub-token`),
    ).rejects.toMatchObject(forbidden);
  });

  it.each([
    "http://larder.vault.azure.net/secrets/a",
    "https://larder.vault.azure.net/secrets/",
    "https://larder.vault.azure.net/keys/a",
    "https://larder.vault.azure.net/secrets/a/b/c",
    "https://larder.vault.azure.net/secrets/a_b",
    "https://larder.vault.azure.net/secrets/a?x=1",
    "https://user:pass@larder.vault.azure.net/secrets/a",
    "larder.vault.azure.net/secrets/a",
    "",
  ])("refuses %j, which is not a secret's URL", async (id) => {
    await expect(cloud().ports.vault.read(id)).rejects.toMatchObject({
      reason: "refused",
      problem: { code: "SecretIdInvalid", message: expect.not.stringContaining("pass") },
    });
  });

  it.each([
    "https://evil.example/secrets/a",
    "https://evil.example/.vault.azure.net/secrets/a",
    "https://vault.azure.net/secrets/a",
    "https://.vault.azure.net/secrets/a",
    "https://a.b.vault.azure.net/secrets/a",
    "https://larder.vault.azure.net.evil.example/secrets/a",
    "https://larder.vault.azure.net:8443/secrets/a",
    "https://localhost:1/secrets/a",
  ])("sends no token to %s", async (id) => {
    await expect(cloud().ports.vault.read(id)).rejects.toMatchObject({ reason: "refused" });
  });
});

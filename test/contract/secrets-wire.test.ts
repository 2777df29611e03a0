import { afterEach, describe, expect, it } from "vitest";
import { secrets } from "../../src/azure/secrets.ts";
import { vault } from "../../src/azure/vault.ts";
import { vaultClients } from "../../src/azure/vault-clients.ts";
import { secret } from "../../src/domain/secret.ts";
import { localCloud } from "./cloud-worlds.ts";

/* Secrets against the whole stand-in: rights, pages and lost answers. */

const cloud = localCloud();
const idOf = (name: string) => `${cloud().standIn.urls.vault}/secrets/${name}`;
const port = () => cloud().ports.secrets;

afterEach(() => cloud().standIn.faults.clear());

/** Clients of somebody else's; counts the tokens they asked for. */
function stranger(principalId: string) {
  const { identity, urls } = cloud().standIn;
  const counted = { tokens: 0 };
  const credential = {
    getToken: async () => {
      counted.tokens += 1;
      const token = identity.issue(principalId, "https://vault.azure.net");
      return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
  const trusted = { suffixes: [], hosts: [new URL(urls.vault).host] };
  return { clients: vaultClients(trusted, credential), counted };
}

it("lacks the right to list where only reading is allowed and the secret is disabled", async () => {
  const reader = "22222222-0000-4000-8000-000000000000";
  const { vault: keyVault } = cloud().standIn;
  keyVault.seed("read-only", "value");
  keyVault.reader.grant(reader, "read-only");
  const { clients } = stranger(reader);
  expect((await secrets(clients).get(idOf("read-only")))?.value?.reveal()).toBe("value");

  keyVault.seed("read-only", "other", { enabled: false });

  await expect(secrets(clients).get(idOf("read-only"))).rejects.toMatchObject({
    reason: "lacksRight",
    problem: { code: "Forbidden", message: expect.stringContaining("secrets list permission") },
  });
});

it("serves both ports with one client, which asks for one token", async () => {
  const { clients, counted } = stranger(cloud().standIn.identity.appPrincipalId);
  cloud().standIn.vault.seed("shared", "value");

  await vault(clients).read(idOf("shared"));
  await secrets(clients).get(idOf("shared"));
  await vault(clients).read(idOf("shared"));

  expect(counted.tokens).toBe(1);
});

it("finds the newest disabled version among more than a page of them", async () => {
  const { vault: keyVault, clock } = cloud().standIn;
  for (let count = 0; count < 60; count += 1) {
    keyVault.seed("many", `value-${count}`, { enabled: false, tags: { count: String(count) } });
    clock.advance(1);
  }

  expect((await port().get(idOf("many")))?.tags).toEqual({ count: "59" });
});

describe("a write", () => {
  it.each(["500", "drop", "lose"])(
    "passes a single %s, and the answer is the live one",
    async (kind) => {
      const id = idOf(`written-${kind}`);
      await port().get(id);
      cloud().standIn.faults.add({ where: "vault", match: "^PUT", kind, times: 1 });

      const version = await port().put(id, secret("v"), { tags: { uuid: "u-1" } });

      const live = await port().get(id);
      expect(live?.version).toBe(version);
      expect(live?.value?.reveal()).toBe("v");
      expect(live?.tags).toEqual({ uuid: "u-1" });
    },
  );

  it("leaves a longer wait to whoever asked", async () => {
    const id = idOf("throttled");
    cloud().standIn.faults.add({ where: "vault", match: "^PUT", kind: "429", retryAfter: 30 });

    await expect(port().put(id, secret("v"), { tags: {} })).rejects.toMatchObject({
      reason: "unavailable",
      retryAfterSeconds: 30,
    });
    expect(await port().get(id)).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { exportedCache } from "../../src/domain/export-cache.ts";
import { found, foundSet, hubSet } from "./export-facts.ts";
import { record as rotationRecord } from "./rotation-facts.ts";

describe("a credential set", () => {
  it("is written with the two secrets its identity reads, and how its token is renewed", () => {
    const policy = { ...rotationRecord().policy, account: "larderbot" };
    const record = rotationRecord({
      policy,
      usernameSecretId: hubSet().usernameSecretId,
      passwordSecretId: hubSet().passwordSecretId,
    });

    const { sets } = exportedCache(found({ sets: [foundSet(hubSet(), record)] }));

    expect(sets).toMatchObject([
      {
        name: "docker-hub",
        loginServer: "docker.io",
        grants: [
          { vault: "kv-larder", secret: "docker-hub-user" },
          { vault: "kv-larder", secret: "docker-hub-token" },
        ],
        notes: [
          expect.stringMatching(
            /^Larder renews its token: \{"mode":"managed","account":"larderbot",/,
          ),
        ],
      },
    ]);
    expect(sets[0]?.byHand).toHaveLength(3);
  });

  it("of a vault with access policies gets a command and no role", () => {
    const { sets } = exportedCache(
      found({ sets: [foundSet(hubSet(), undefined, "accessPolicies")] }),
    );

    expect(sets[0]?.grants).toEqual([]);
    expect(sets[0]?.byHand.at(-1)).toBe(
      "  az keyvault set-policy --name kv-larder --object-id 0bd5e2f6-6c14-4f0c-9a3e-5b0c7f3d2a11 --secret-permissions get",
    );
  });

  it.each([
    "https://localhost:8443/secrets/user",
    "https://localhost/secrets/user",
    "https://kv.vault.azure.net:8443/secrets/user",
    "no URL",
  ])("with a secret at %s gets no role there", (usernameSecretId) => {
    const set = hubSet("docker-hub", { usernameSecretId });

    expect(exportedCache(found({ sets: [foundSet(set)] })).sets[0]?.grants).toEqual([
      { vault: "kv-larder", secret: "docker-hub-token" },
    ]);
  });

  it("with one secret for both gets one role", () => {
    const set = hubSet("docker-hub", { usernameSecretId: hubSet().passwordSecretId });

    expect(exportedCache(found({ sets: [foundSet(set)] })).sets[0]?.grants).toHaveLength(1);
  });

  it("says what is odd about it", () => {
    const set = hubSet("docker-hub", {
      loginServer: "ghcr.io",
      health: { status: "Unhealthy", errorCode: "Forbidden" },
      provisioningState: "Failed",
    });
    const { sets } = exportedCache(found({ sets: [foundSet(set, rotationRecord())] }));

    expect(sets[0]?.notes.slice(1)).toEqual([
      'Larder\'s record differs: login server "docker.io", secrets "https://contoso.vault.azure.net/secrets/docker-hub-username" and "https://contoso.vault.azure.net/secrets/docker-hub-token".',
      'ACR reports it as unhealthy: "Forbidden".',
      'ARM\'s state: "Failed".',
    ]);
  });

  it("that only Larder has is left out and said to be", () => {
    const { sets, leftOut } = exportedCache(
      found({ sets: [foundSet(undefined, rotationRecord())] }),
    );

    expect(sets).toEqual([]);
    expect(leftOut[0]?.[0]).toBe(
      'Left out, for ARM does not have it: credential set "docker-hub", login server "docker.io", secrets "https://contoso.vault.azure.net/secrets/docker-hub-username" and "https://contoso.vault.azure.net/secrets/docker-hub-token".',
    );
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import { virtualClock } from "../fakes/clock.ts";
import { fakeCredentialSets } from "../fakes/credential-sets.ts";
import { fakeVault } from "../fakes/vault.ts";

/* What the fake ACR logs in with: no port shows it, and no source tells how ACR does it. */

describe("the secrets that ACR holds", () => {
  const clock = virtualClock();
  const shelf = fakeVault(clock);
  const sets = fakeCredentialSets(["contoso"], { clock, shelf });
  const set = {
    name: "docker-hub",
    loginServer: "docker.io",
    usernameSecretId: "https://v.vault.azure.net/secrets/user",
    passwordSecretId: "https://v.vault.azure.net/secrets/token",
  };
  const password = () => sets.credentialsOf("contoso", "docker-hub")?.password;

  beforeEach(() => {
    sets.rereadAfter(undefined);
    shelf.seed(set.usernameSecretId, "larderbot");
    shelf.seed(set.passwordSecretId, "old");
    sets.put("contoso", set);
  });

  it("are those it read, until the set is touched", async () => {
    shelf.seed(set.passwordSecretId, "new");
    clock.advance(86_400 * 365);
    expect(sets.credentialsOf("CONTOSO", "Docker-Hub")).toEqual({
      username: "larderbot",
      password: "old",
    });

    const [live] = await sets.list("contoso");
    if (live) await sets.touch("contoso", live);
    expect(password()).toBe("new");
  });

  it("are read again by itself after a time, where that is wanted", () => {
    sets.rereadAfter(300);
    shelf.seed(set.passwordSecretId, "new");
    clock.advance(299);
    expect(password()).toBe("old");

    clock.advance(1);
    expect(password()).toBe("new");
  });

  it("are not read by a touch that fails, and late by one that is slow", async () => {
    shelf.seed(set.passwordSecretId, "new");
    const [live] = await sets.list("contoso");
    if (!live) throw new Error("no set");
    sets.next({ kind: "fails", code: "sim:OperationFailed", message: "no" });
    sets.next({ kind: "slow" });

    await expect(sets.touch("contoso", live)).rejects.toMatchObject({ reason: "refused" });
    expect(password()).toBe("old");
    await expect(sets.touch("contoso", live)).rejects.toMatchObject({ reason: "unavailable" });
    expect(password()).toBe("old");
    sets.settle();
    expect(password()).toBe("new");
  });

  it("are none while one of them is disabled or deleted", async () => {
    const version = shelf.seed(set.passwordSecretId, "new");
    await shelf.disable(set.passwordSecretId, version);
    const [live] = await sets.list("contoso");
    if (live) await sets.touch("contoso", live);
    expect(sets.credentialsOf("contoso", "docker-hub")).toBeUndefined();

    shelf.seed(set.passwordSecretId, "newer");
    expect(password()).toBe("newer");
  });

  it("decide on health, where somebody watches", () => {
    sets.watchHealth((registry, { name }) => ({
      status: sets.credentialsOf(registry, name)?.password === "old" ? "Healthy" : "Unhealthy",
    }));
    expect(sets.find("contoso", "docker-hub")?.health.status).toBe("Healthy");

    sets.rereadAfter(0);
    shelf.seed(set.passwordSecretId, "new");
    expect(sets.find("contoso", "docker-hub")?.health.status).toBe("Unhealthy");
  });
});

import { describe, expect, it } from "vitest";
import { adoptCredentialSet } from "../../src/jobs/adopt-credential-set.ts";
import { anna } from "./people.ts";
import { account, ids, password, type RotationStage, rotationStage } from "./rotation-stage.ts";

/* Whoever may ask for a set must not have other secrets overwritten, sent to Docker Hub, or shown to ACR. */

const vault = "https://contoso.vault.azure.net/secrets";
const managed = { mode: "managed", account } as const;
const own = { usernameSecretId: `${vault}/new-user`, passwordSecretId: `${vault}/new-token` };

/** A registry with no set of its own yet. */
function bareStage(): RotationStage {
  const stage = rotationStage();
  stage.ports.sets.delete("contoso", "docker-hub");
  return stage;
}

describe("secrets that are not free to use for a new set", () => {
  it.each<[string, Partial<typeof own>, string, string]>([
    [
      "a secret with something else",
      { passwordSecretId: `${vault}/database` },
      "SecretTaken",
      "passwordSecretId",
    ],
    [
      "the rotator's own password",
      { passwordSecretId: ids.password },
      "SecretReserved",
      "passwordSecretId",
    ],
    [
      "a TOTP seed",
      { usernameSecretId: `${vault}/docker-hub-x-totp-seed` },
      "SecretReserved",
      "usernameSecretId",
    ],
    [
      "one secret for both",
      { usernameSecretId: own.passwordSecretId },
      "SecretIdsEqual",
      "passwordSecretId",
    ],
    ["none for the token", { passwordSecretId: "" }, "SecretIdMissing", "passwordSecretId"],
    ["none for the user name", { usernameSecretId: "" }, "SecretIdMissing", "usernameSecretId"],
    [
      "another user's name",
      { usernameSecretId: `${vault}/other-user` },
      "UserNameDiffers",
      "rotation.account",
    ],
  ])("refuses %s", async (_what, secrets, code, target) => {
    const stage = bareStage();
    stage.ports.shelf.seed(`${vault}/database`, "Server=tcp:contoso;Password=x");
    stage.ports.shelf.seed(`${vault}/other-user`, "somebody");
    const wish = { ...own, ...secrets, rotation: managed };

    const refused = adoptCredentialSet(stage.ports, "contoso", "new-set", wish, undefined, anna);

    await expect(refused).rejects.toMatchObject({ problem: { code, target } });
    expect(stage.ports.rotationTable.all()).toEqual([]);
    expect(stage.ports.sets.find("contoso", "new-set")).toBeUndefined();
    expect(stage.ports.shelf.find(ids.password)).toBe(password);
  });

  it("refuses a pending secret that holds something else", async () => {
    const stage = bareStage();
    stage.ports.shelf.seed(`${own.passwordSecretId}-pending`, "anything");

    const wish = { ...own, rotation: managed };
    const refused = adoptCredentialSet(stage.ports, "contoso", "new-set", wish, undefined, anna);

    await expect(refused).rejects.toMatchObject({
      reason: "conflict",
      problem: { code: "SecretTaken", target: "passwordSecretId" },
    });
  });
});

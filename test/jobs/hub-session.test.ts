import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { busy, heldBy, tokensAtHub } from "./rotation-acts.ts";
import { account, day, ids, type RotationStage, rotationStage } from "./rotation-stage.ts";

/* Larder may read the secret with the account's password, and not the one with its TOTP seed. */

const seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const totpSeedId = `https://contoso.vault.azure.net/secrets/docker-hub-${account}-totp-seed`;

function forbidden(): never {
  const message = "Could not read it: the app lacks secrets/getSecret/action.";
  throw new LarderError("lacksRight", { code: "Forbidden", message });
}

/** Reading one secret fails in this way from now on. */
function cannotRead({ ports }: RotationStage, secretId: string, how: () => never): void {
  const get = ports.secrets.get.bind(ports.secrets);
  ports.secrets.get = async (id, version) => (id === secretId ? how() : get(id, version));
}

describe("when Larder may not read the TOTP seed", () => {
  it("takes over and renews for an account that has no two-factor login", async () => {
    const stage = rotationStage();
    cannotRead(stage, totpSeedId, forbidden);
    await stage.adopt();

    await stage.live(9 * day);

    expect(stage.record().ended).toMatchObject([{ state: "done" }]);
    expect(tokensAtHub(stage)).toEqual([stage.liveUuid()]);
  });

  it("takes no set over whose account has, and says which secret it must read", async () => {
    const stage = rotationStage({ account: { totpSeed: seed } });
    stage.ports.shelf.seed(totpSeedId, seed);
    cannotRead(stage, totpSeedId, forbidden);

    await expect(stage.adopt()).rejects.toMatchObject({
      reason: "lacksRight",
      problem: {
        code: "Forbidden",
        target: "rotation.account",
        message:
          'Docker Hub asks for the second factor of "larderbot", and Larder may not read its TOTP seed, secret "docker-hub-larderbot-totp-seed" of vault "contoso". Could not read it: the app lacks secrets/getSecret/action.',
      },
    });
    expect(stage.ports.rotationTable.find("contoso", "docker-hub")).toBeUndefined();
  });

  it("stops when two-factor login is switched on later, with an alarm", async () => {
    const stage = rotationStage({ daysLeft: 40 });
    cannotRead(stage, totpSeedId, forbidden);
    await stage.adopt();
    stage.ports.hub.addAccount({
      username: account,
      password: "correct horse battery staple",
      totpSeed: seed,
    });

    await stage.live(3600);

    expect(stage.record().hold).toMatchObject({ code: "Forbidden", blocked: true });
    expect(stage.told()).toContain("RotationBlocked");
  });

  it("is told of the password when Larder may read neither", async () => {
    const stage = rotationStage();
    cannotRead(stage, ids.password, () => {
      throw new LarderError("lacksRight", { code: "Forbidden", message: "Not the password." });
    });

    await expect(stage.adopt()).rejects.toMatchObject({
      reason: "lacksRight",
      problem: { code: "Forbidden", message: "Not the password." },
    });
  });

  it("still waits for a vault that does not answer: there may be a seed", async () => {
    const stage = rotationStage();
    await stage.adopt();
    cannotRead(stage, totpSeedId, busy());

    await stage.live(3600);

    expect([stage.record().hold?.code, heldBy(stage)]).toContain("ServerBusy");
    expect(stage.liveUuid()).toBe(stage.oldUuid);
  });
});

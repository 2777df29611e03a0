import { describe, expect, it } from "vitest";
import { requestRotation } from "../../src/jobs/request-rotation.ts";
import { anna } from "./people.ts";
import {
  busy,
  fail,
  heldBy,
  hubCalls,
  liveUntil,
  liveWorks,
  messages,
  tokensAtHub,
  toldAt,
} from "./rotation-acts.ts";
import { account, day, password, rotationStage } from "./rotation-stage.ts";

const seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const totpSeedId = `https://contoso.vault.azure.net/secrets/docker-hub-${account}-totp-seed`;

/** A set of an account with two-factor login whose seed is taken out of the vault after the adoption. */
async function withoutSeed() {
  const stage = rotationStage({ account: { totpSeed: seed } });
  stage.ports.shelf.seed(totpSeedId, seed);
  await stage.adopt();
  stage.ports.shelf.purge(totpSeedId);
  return stage;
}

describe("when the account cannot sign in", () => {
  it("says so at once and once a day, and touches nothing, where a TOTP seed is missing", async () => {
    const stage = await withoutSeed();

    await stage.live(3 * day - 3600);

    expect(heldBy(stage)).toBe("SecondFactorNeeded");
    expect(toldAt(stage, "RotationBlocked").map((at) => at.slice(0, 10))).toEqual([
      "2026-11-21",
      "2026-11-22",
      "2026-11-23",
    ]);
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid]);
    expect(liveWorks(stage)).toBe(true);
  });

  it("goes on by itself within six hours after the seed is there", async () => {
    const stage = await withoutSeed();
    await stage.live(day + 60);

    stage.ports.shelf.seed(totpSeedId, seed);
    await stage.live(6 * 3600 + 60);

    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    expect(heldBy(stage)).toBeUndefined();
  });

  it("goes on at once when somebody asks for the rotation then", async () => {
    const stage = await withoutSeed();
    await stage.live(day + 60);

    stage.ports.shelf.seed(totpSeedId, seed);
    await requestRotation(stage.ports, "contoso", "docker-hub", { force: false }, anna);
    await stage.live(60);

    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    expect(stage.record().rotations).toHaveLength(1);
  });

  it("stops with an alarm when the password is refused, as with enforced single sign-on", async () => {
    const stage = rotationStage();
    await stage.adopt();
    stage.ports.hub.setPassword(account, "another one");

    await stage.live(day - 3600);

    expect(heldBy(stage)).toBe("AccountPasswordRefused");
    expect(messages(stage, "RotationBlocked")).toContain(
      'Looking at the credential set: Docker Hub does not let "larderbot" in: passwordRefused.',
    );
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid]);

    stage.ports.hub.setPassword(account, password);
    await stage.live(12 * 3600);
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });
});

describe("when a token cannot be made", () => {
  it("stops at the account's limit, deletes nothing to make room, and goes on when there is room", async () => {
    const stage = rotationStage();
    const stranger = stage.ports.hub.addToken(account, { label: "of a person" }).uuid;
    stage.ports.hub.knobs.maxTokens = 2;
    await stage.adopt();

    await stage.live(2 * day - 60);
    expect(heldBy(stage)).toBe("TokenNotMade");
    expect(messages(stage, "RotationBlocked").join()).toContain("deletes none to make room");
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, stranger]);
    expect(stage.ports.hub.log).toEqual([]);
    expect(liveWorks(stage)).toBe(true);
    expect(toldAt(stage, "RotationBlocked")).toHaveLength(2);

    stage.ports.hub.knobs.maxTokens = 3;
    await stage.live(6 * 3600);
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });

  it.each(["once", "five times"])(
    "finds the token of a lost answer by its label and deletes it: lost %s",
    async (often) => {
      const stage = rotationStage();
      const times = often === "once" ? 1 : 5;
      stage.ports.interruptions.interrupt("accessTokens.create", "after", busy(), times);
      await stage.adopt();

      await stage.live(3600);

      expect(tokensAtHub(stage)).toEqual([stage.oldUuid, stage.liveUuid()]);
      expect(liveWorks(stage)).toBe(true);
      const orphans = stage.ports.hub.log.filter(({ kind }) => kind === "removed");
      expect(orphans).toHaveLength(times);
    },
  );

  it("deletes a token that could not be written into the pending secret, and makes another", async () => {
    const stage = rotationStage();
    stage.ports.interruptions.interrupt("secrets.put", "before", busy());
    await stage.adopt();

    await stage.live(3600);

    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, stage.liveUuid()]);
    expect(stage.ports.hub.log.map(({ kind }) => kind)).toEqual(["created", "removed", "created"]);
  });

  it("goes on with the token whose way into the pending secret only lost its answer", async () => {
    const stage = rotationStage();
    stage.ports.interruptions.interrupt("secrets.put", "after", busy());
    await stage.adopt();

    await stage.live(3600);

    expect(stage.ports.hub.log.map(({ kind }) => kind)).toEqual(["created"]);
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, stage.liveUuid()]);
  });
});

describe("when Docker Hub does not answer", () => {
  it("makes no token while a list cannot be read to its end", async () => {
    const stage = rotationStage();
    fail(stage, ["accessTokens.list"]);
    await stage.adopt();

    await stage.live(3600);
    expect(stage.ports.hub.log).toEqual([]);
    expect(heldBy(stage)).toBe("ServerBusy");

    stage.ports.interruptions.clear();
    await stage.live(3600);
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });

  it("asks no sooner than a throttled answer allows, and judges nothing by it", async () => {
    const stage = rotationStage();
    stage.ports.interruptions.interrupt("accessTokens.create", "before", busy(5000));
    await stage.adopt();

    await stage.live(4999);
    expect(stage.record().rotations).toMatchObject([
      { state: "creating", nextAt: "2026-11-21T03:23:20.000Z" },
    ]);
    expect(stage.ports.hub.log).toEqual([]);
    await stage.live(3600);

    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });

  it("waits through a night without Docker Hub, begins nothing, and renews in the morning", async () => {
    const stage = rotationStage();
    await stage.adopt();
    fail(stage, hubCalls);

    await stage.live(8 * 3600);
    expect(stage.record()).toMatchObject({ rotations: [], ended: [], live: { works: "unknown" } });

    stage.ports.interruptions.clear();
    await stage.live(4 * 3600);
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, stage.liveUuid()]);
  });

  it.each(["stored", "tested", "promoted"] as const)(
    "judges nothing when the night falls on a %s token",
    async (state) => {
      const stage = rotationStage();
      await stage.adopt();
      const { newUuid } = await liveUntil(stage, state);
      fail(stage, hubCalls);

      await stage.live(8 * 3600);
      stage.ports.interruptions.clear();
      await stage.live(2 * 3600);

      expect(stage.liveUuid()).toBe(newUuid);
      expect(stage.record().rotations).toMatchObject([{ state: "confirmed", newUuid }]);
    },
  );
});

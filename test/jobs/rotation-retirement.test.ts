import { describe, expect, it } from "vitest";
import { secret } from "../../src/domain/secret.ts";
import { requestRotation } from "../../src/jobs/request-rotation.ts";
import { anna } from "./people.ts";
import {
  busy,
  fail,
  heldBy,
  liveUntil,
  liveWorks,
  messages,
  tokensAtHub,
  toldAt,
} from "./rotation-acts.ts";
import {
  account,
  day,
  ids,
  password,
  type RotationStage,
  rotationStage,
} from "./rotation-stage.ts";

/* What becomes of the old token: never revoked while anybody is seen to need it. */

const oldToken = (stage: RotationStage) =>
  stage.ports.hub.tokens(account).find(({ uuid }) => uuid === stage.oldUuid);

/** Adopts, and keeps the old token's value for somebody who goes on using it. */
async function withUser() {
  const stage = rotationStage({ daysLeft: 25 });
  const old = stage.ports.shelf.find(ids.live) ?? "";
  await stage.adopt();
  return { stage, useOld: () => stage.ports.hub.use(account, old), old };
}

describe("when somebody else still uses the old token", () => {
  it("gives an alarm, keeps the token, and goes on once it has been quiet for grace and retention", async () => {
    const { stage, useOld } = await withUser();
    await stage.live(6 * 3600);
    useOld();

    await stage.live(20 * 3600);
    expect(heldBy(stage)).toBe("OldTokenInUse");
    expect(oldToken(stage)?.active).toBe(true);
    expect(messages(stage, "OldTokenInUse")).toEqual([
      `Token ${stage.oldUuid} was used 2026-11-21T08:00:00.000Z, after ACR had the new one: somebody else has it, too. It stays as it is until it has been quiet for grace and retention together; find out who uses it, and give them a token of their own.`,
    ]);

    await stage.live(8 * day);
    expect(oldToken(stage)?.active).toBe(false);
    expect(toldAt(stage, "OldTokenDisabled")[0]?.slice(0, 13)).toBe("2026-11-29T08");
    await stage.live(8 * day);
    expect(tokensAtHub(stage)).toEqual([stage.liveUuid()]);
  });

  it("does not take it from who uses it once a week, whatever the grace", async () => {
    const { stage, useOld } = await withUser();
    await stage.live(6 * 3600);
    for (let week = 0; week < 3; week += 1) {
      expect(useOld()).toBeDefined();
      await stage.live(7 * day);
    }

    expect(oldToken(stage)?.active).toBe(true);
    expect(toldAt(stage, "OldTokenInUse")).toHaveLength(3);
  });

  it("never revokes it while it is used every day, tells it daily, and lets it end by itself", async () => {
    const { stage, useOld } = await withUser();
    for (let hours = 0; hours < 4 * 24; hours += 12) {
      await stage.live(12 * 3600);
      useOld();
    }

    expect(oldToken(stage)?.active).toBe(true);
    expect(toldAt(stage, "OldTokenInUse").length).toBeGreaterThanOrEqual(3);
    expect(toldAt(stage, "OldTokenInUse").length).toBeLessThanOrEqual(4);
    expect(liveWorks(stage)).toBe(true);
  });

  it("takes a last use by ACR in the first minutes for what it is, and gives no alarm", async () => {
    const { stage, useOld } = await withUser();
    await stage.live(300);
    useOld();

    await stage.live(2 * day);

    expect(toldAt(stage, "OldTokenInUse")).toEqual([]);
    expect(toldAt(stage, "OldTokenDisabled")[0]?.slice(0, 16)).toBe("2026-11-22T02:05");
  });

  it("does not revoke a token that lies in another set's secret, too", async () => {
    const { stage, old } = await withUser();
    stage.ports.sets.put("contoso", { name: "second-set" });
    stage.ports.shelf.seed("https://contoso.vault.azure.net/secrets/second-set-token", old);

    await stage.live(4 * day);

    expect(heldBy(stage)).toBe("OldTokenShared");
    expect(messages(stage, "OldTokenInUse")[0]).toBe(
      `The old token ${stage.oldUuid} is also in credential set "second-set" of contoso, so it is not revoked.`,
    );
    expect(oldToken(stage)?.active).toBe(true);

    stage.ports.shelf.purge("https://contoso.vault.azure.net/secrets/second-set-token");
    await stage.live(9 * day);
    expect(tokensAtHub(stage)).toEqual([stage.liveUuid()]);
  });

  it("enables it again when ACR does worse without it, and watches it for another grace", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await liveUntil(stage, "confirmed");
    stage.ports.pulls.get = async () =>
      oldToken(stage)?.active
        ? { kind: "answered", digest: `sha256:${"a".repeat(64)}`, fromUpstream: true }
        : { kind: "couldNotAsk", message: "The registry answered 424." };

    await stage.live(day + 3600);

    expect(stage.ports.hub.log.map(({ kind }) => kind)).toEqual(["created", "disabled", "enabled"]);
    expect(oldToken(stage)?.active).toBe(true);
    expect(messages(stage, "OldTokenInUse")[0]).toMatch(/^ACR does worse since the old token/);
  });

  it("does not delete it when somebody enabled it again, but watches it", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await stage.live(3 * day);
    const login = await stage.ports.hubLogins.signIn(account, secret(password), undefined);
    if (login.kind !== "session") throw new Error("no session");
    await stage.ports.accessTokens.setActive(login.session, stage.oldUuid, true);

    await stage.live(6 * day);

    expect(oldToken(stage)).toBeDefined();
    expect(messages(stage, "OldTokenInUse")).toEqual([
      `Somebody enabled the old token ${stage.oldUuid} again, so it is not deleted. It is watched until it has been quiet for grace and retention together.`,
    ]);
    await stage.live(17 * day);
    expect(tokensAtHub(stage)).toEqual([stage.liveUuid()]);
  });
});

describe("when the old token cannot be revoked", () => {
  it("warns once a day while the account cannot sign in, and ends when the token has ended by itself", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await stage.live(3600);
    stage.ports.hub.setPassword(account, "another one");

    await stage.live(6 * day);

    expect(toldAt(stage, "RevocationFailed").length).toBeGreaterThanOrEqual(3);
    expect(stage.record()).toMatchObject({ rotations: [], ended: [{ state: "done" }] });
    expect(messages(stage, "RotationEnded")).toEqual([
      `Token ${stage.oldUuid} could not be revoked, but has ended by itself.`,
    ]);
    expect(liveWorks(stage)).toBe(true);
  });

  it("tries again until an answer comes: disabled and deleted once", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await stage.live(3600);
    stage.ports.interruptions.interrupt("accessTokens.setActive", "after", busy(), 3);
    stage.ports.interruptions.interrupt("accessTokens.remove", "after", busy(), 3);

    await stage.live(9 * day);

    expect(tokensAtHub(stage)).toEqual([stage.liveUuid()]);
    const kinds = stage.ports.hub.log.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "disabled")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "removed")).toHaveLength(1);
  });

  it("is content when somebody deleted it already", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await stage.live(3600);
    const login = await stage.ports.hubLogins.signIn(account, secret(password), undefined);
    if (login.kind !== "session") throw new Error("no session");
    await stage.ports.accessTokens.remove(login.session, stage.oldUuid);

    await stage.live(9 * day);

    expect(stage.record()).toMatchObject({ rotations: [], ended: [{ state: "done" }] });
    expect(tokensAtHub(stage)).toEqual([stage.liveUuid()]);
  });

  it("revokes nothing while Docker Hub refuses the live token: never the last one that works", async () => {
    const { stage, old } = await withUser();
    await stage.live(3600);
    stage.ports.hub.knobs.createRefusal = "no more";
    const login = await stage.ports.hubLogins.signIn(account, secret(password), undefined);
    if (login.kind !== "session") throw new Error("no session");
    await stage.ports.accessTokens.setActive(login.session, stage.liveUuid() ?? "", false);

    await stage.live(3 * day);

    expect(stage.ports.hub.works(old)).toBe(true);
    expect(stage.ports.hub.log.filter(({ uuid }) => uuid === stage.oldUuid)).toEqual([]);
  });

  it("revokes nothing when a person put the old token back into the live secret", async () => {
    const { stage, old } = await withUser();
    await stage.live(3600);
    stage.ports.shelf.seed(ids.live, old, { expiresAt: "2026-11-26T02:00:00.000Z" });
    fail(stage, ["accessTokens.create"]);

    await stage.live(3 * day);

    expect(oldToken(stage)?.active).toBe(true);
    expect(liveWorks(stage)).toBe(true);
  });
});

describe("a forced rotation while an old token is still in its grace", () => {
  it("goes on beside it: two old tokens are retired, each in its own time", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await stage.live(6 * 3600);
    const second = stage.liveUuid() ?? "";
    const wish = { force: true, reason: "it leaked" };

    await requestRotation(stage.ports, "contoso", "docker-hub", wish, anna);
    await stage.live(3600);

    const third = stage.liveUuid() ?? "";
    expect(stage.record().rotations).toMatchObject([
      { state: "confirmed", oldUuid: stage.oldUuid, newUuid: second },
      { state: "confirmed", oldUuid: second, newUuid: third, by: "anna", reason: "it leaked" },
    ]);
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, second, third]);
    await stage.live(10 * day);
    expect(toldAt(stage, "OldTokenDeleted").map((at) => at.slice(0, 13))).toEqual([
      "2026-11-29T03",
      "2026-11-29T08",
    ]);
    expect(tokensAtHub(stage)).toEqual([third]);
  });
});

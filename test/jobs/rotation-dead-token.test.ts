import { describe, expect, it } from "vitest";
import { secret } from "../../src/domain/secret.ts";
import { fail, liveWorks, place, toldAt } from "./rotation-acts.ts";
import { account, day, ids, password, rotationStage } from "./rotation-stage.ts";

describe("when the live token is dead already", () => {
  it("renews an expired one at once, with alarms", async () => {
    const stage = rotationStage({ daysLeft: -2 });
    await stage.adopt();

    await stage.live(60);

    expect(liveWorks(stage)).toBe(true);
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    expect(stage.told()).toEqual(expect.arrayContaining(["LiveTokenRefused", "TokenExpired"]));
  });

  it("renews one at once that somebody revoked, though it had months left", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await stage.adopt();
    await stage.live(day);
    const { ports } = stage;
    const login = await ports.hubLogins.signIn(account, secret(password), undefined);
    if (login.kind !== "session") throw new Error("no session");
    await ports.accessTokens.remove(login.session, stage.oldUuid);

    await stage.live(day + 60);

    expect(toldAt(stage, "LiveTokenRefused")).toHaveLength(1);
    expect(liveWorks(stage)).toBe(true);
  });

  it("makes the first token where the live secret is not there at all", async () => {
    const stage = rotationStage();
    stage.ports.shelf.purge(ids.live);
    await stage.adopt();

    await stage.live(60);

    expect(liveWorks(stage)).toBe(true);
  });

  it("says the same alarm of a token only once", async () => {
    const stage = rotationStage({ daysLeft: -2 });
    stage.ports.hub.knobs.createRefusal = "no more tokens";
    await stage.adopt();

    await stage.live(5 * day);

    expect(toldAt(stage, "TokenExpired")).toHaveLength(1);
    expect(toldAt(stage, "LiveTokenRefused")).toHaveLength(1);
    place(stage, ids.live);
    await stage.live(2 * day);
    expect(liveWorks(stage)).toBe(true);
  });
});

describe("when the live token ends within hours", () => {
  it("is looked at so often that half an hour before its end is enough, however many looks failed", async () => {
    const stage = rotationStage({ daysLeft: 0.5 });
    await stage.adopt({ lifetime: "P3D", renewBefore: "PT11H" });
    await stage.live(60);
    fail(stage, ["credentialSets.list"]);
    await stage.live(11.5 * 3600 - 60);
    expect(stage.liveUuid()).toBe(stage.oldUuid);

    stage.ports.interruptions.clear();
    await stage.live(1800);

    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    expect(toldAt(stage, "TokenExpired")).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { adoptCredentialSet } from "../../src/jobs/adopt-credential-set.ts";
import { anna } from "./people.ts";
import { healthyOnlyWithOld, liveUntil, liveWorks, messages, toldAt } from "./rotation-acts.ts";
import { account, day, ids, type RotationStage, rotationStage } from "./rotation-stage.ts";

describe("when the policy changes while a rotation is under way", () => {
  it("goes by the new grace and retention, and the rotation is the same", async () => {
    const stage = rotationStage();
    await stage.adopt();
    const { id } = await liveUntil(stage, "stored");

    await stage.adopt({ grace: "P3D", retention: "P2D" });
    await stage.live(5 * day + 2 * 3600);

    expect(stage.record().ended).toMatchObject([{ id, state: "done" }]);
    expect(toldAt(stage, "OldTokenDisabled")[0]?.slice(0, 10)).toBe("2026-11-24");
    expect(toldAt(stage, "OldTokenDeleted")[0]?.slice(0, 10)).toBe("2026-11-26");
  });

  it.each(["creating", "stored", "tested", "promoted"] as const)(
    "refuses another mode or account while %s",
    async (state) => {
      const stage = rotationStage();
      await stage.adopt();
      await liveUntil(stage, state);

      await expect(stage.adopt({ mode: "assisted" })).rejects.toMatchObject({
        reason: "conflict",
        problem: { code: "RotationRunning", target: "rotation" },
      });
    },
  );

  it("takes another mode while an old token is retired, and then says what to revoke", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await liveUntil(stage, "confirmed");

    await stage.adopt({ mode: "assisted" });
    await stage.live(2 * day);

    expect(messages(stage, "RevocationNeeded")).toEqual([
      `Revoke the old token ${stage.oldUuid} of Docker account "larderbot" at https://app.docker.com/settings/personal-access-tokens.`,
    ]);
  });

  it("takes another account while an old token is retired, and says that nobody revokes it", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await liveUntil(stage, "confirmed");
    const { ports } = stage;
    ports.hub.addAccount({ username: "second", password: "of the second" });
    ports.shelf.seed(ids.username, "second");
    ports.shelf.seed(ids.live, ports.hub.addToken("second", { label: "x" }).value);
    const rotation = { mode: "assisted", account: "second" } as const;

    const { view } = await adoptCredentialSet(
      ports,
      "contoso",
      "docker-hub",
      { rotation },
      undefined,
      anna,
    );

    expect(view.notes).toEqual([
      `The old token ${stage.oldUuid} was not retired yet: revoke it yourself.`,
    ]);
    expect(stage.record().rotations).toEqual([]);
  });

  it("takes managed mode while it waits for a person, and then makes the token itself", async () => {
    const stage = rotationStage();
    await stage.adopt({ mode: "assisted" });
    await stage.live(3600);

    await stage.adopt({ mode: "managed" });
    await stage.live(600);

    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    expect(stage.ports.hub.log.map(({ kind }) => kind)).toEqual(["created"]);
  });
});

describe("when the set is let go", () => {
  const release = ({ ports }: RotationStage) =>
    adoptCredentialSet(ports, "contoso", "docker-hub", { rotation: null }, undefined, anna);

  it.each(["creating", "stored", "tested", "promoted", "rollingBack", "discarding"] as const)(
    "refuses while %s, so that no token is left behind",
    async (state) => {
      const stage = rotationStage();
      await stage.adopt();
      if (state === "rollingBack" || state === "discarding") healthyOnlyWithOld(stage);
      await liveUntil(stage, state);

      await expect(release(stage)).rejects.toMatchObject({
        reason: "conflict",
        problem: { code: "RotationRunning", target: "rotation" },
      });
    },
  );

  it.each(["confirmed", "quiesced", "disabled"] as const)(
    "says which old token is to be revoked by hand: while %s",
    async (state) => {
      const stage = rotationStage();
      await stage.adopt();
      await liveUntil(stage, state);

      const { view } = await release(stage);

      expect(view.notes).toEqual([
        `The old token ${stage.oldUuid} was not retired yet: revoke it yourself.`,
      ]);
      expect(stage.ports.rotationTable.all()).toEqual([]);
      expect(liveWorks(stage)).toBe(true);
    },
  );

  it("lets go of one that waits for a person at once, and changes nothing else", async () => {
    const stage = rotationStage();
    await stage.adopt({ mode: "assisted" });
    await stage.live(60);

    const { view } = await release(stage);
    await stage.live(2 * day);

    expect(view).toMatchObject({ name: "docker-hub", notes: [], toDo: [] });
    expect(view.record).toBeUndefined();
    expect(stage.ports.rotationTable.all()).toEqual([]);
    expect(stage.ports.hub.tokens(account).map(({ uuid }) => uuid)).toEqual([stage.oldUuid]);
  });
});

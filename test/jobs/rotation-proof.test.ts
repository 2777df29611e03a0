import { describe, expect, it } from "vitest";
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
import { account, day, ids, type RotationStage, rotationStage } from "./rotation-stage.ts";

/* A token that lies in the live secret is proved by what ACR does with it, or taken out again. */

/** ACR calls the set unhealthy while it holds anything else than the first token; or always. */
function unhealthy({ ports, oldUuid }: RotationStage, when: "with the new token" | "always"): void {
  ports.sets.watchHealth((registry, { name }) => {
    const login = ports.sets.credentialsOf(registry, name);
    const old = ports.hub.uuidOf(login?.password ?? "") === oldUuid;
    return old && when !== "always"
      ? { status: "Healthy" }
      : { status: "Unhealthy", errorCode: "sim:LoginRefused", errorMessage: "no" };
  });
}

describe("when ACR does not do well with the new token", () => {
  it("puts the old one back after a quarter of an hour, deletes the new one and gives alarms", async () => {
    const stage = rotationStage();
    unhealthy(stage, "with the new token");
    await stage.adopt();

    await stage.live(899);
    expect(stage.record().rotations).toMatchObject([
      { state: "promoted", hold: { code: "AcrUnwell" } },
    ]);
    await stage.live(120);

    expect(stage.liveUuid()).toBe(stage.oldUuid);
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid]);
    expect(stage.record().ended).toMatchObject([
      { state: "failed", failure: { code: "AcrRefusedNewToken" } },
    ]);
    expect(messages(stage, "RotationRolledBack")).toEqual([
      'The live secret holds the old token again. ACR calls credential set "docker-hub" unhealthy.',
    ]);
    expect(toldAt(stage, "RotationFailed")).toHaveLength(1);
    const { ports } = stage;
    expect(ports.sets.credentialsOf("contoso", "docker-hub")?.password).toBe(
      ports.shelf.find(ids.live),
    );
    expect(ports.shelf.versions(ids.live).at(-1)).toMatchObject({
      tags: { "larder-token": stage.oldUuid },
      expiresAt: "2026-11-26T02:00:00.000Z",
    });
  });

  it("does not blame the new one when ACR was unhealthy before, too, and keeps both", async () => {
    const stage = rotationStage();
    unhealthy(stage, "always");
    await stage.adopt();

    await stage.live(3 * day);

    expect(heldBy(stage)).toBe("NotConfirmed");
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, stage.liveUuid()]);
    expect(stage.ports.hub.log.map(({ kind }) => kind)).toEqual(["created"]);
    expect(toldAt(stage, "CredentialSetUnhealthy")).not.toEqual([]);

    stage.ports.sets.watchHealth(() => ({ status: "Healthy" }));
    await stage.live(2 * 3600);
    expect(stage.record().rotations).toMatchObject([{ state: "confirmed" }]);
  });

  it("puts the old one back when only the canary fails, which came before", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await liveUntil(stage, "promoted");
    const none = { kind: "couldNotAsk", message: "The registry answered 424." } as const;
    stage.ports.pulls.get = async () => none;

    await stage.live(3600);

    expect(stage.liveUuid()).toBe(stage.oldUuid);
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid]);
  });

  it("keeps the new one when the old one does not work any more: there is nothing to go back to", async () => {
    const stage = rotationStage();
    unhealthy(stage, "with the new token");
    await stage.adopt();
    const { newUuid } = await liveUntil(stage, "rollingBack");
    stage.ports.clock.advance(6 * day);

    await stage.live(3600);

    expect(stage.liveUuid()).toBe(newUuid);
    expect(liveWorks(stage)).toBe(true);
    expect(messages(stage, "RotationBlocked")[0]).toMatch(/nothing to go back to/);
  });

  it("waits while ARM does not answer, and takes nothing back for that", async () => {
    const stage = rotationStage();
    await stage.adopt();
    const { newUuid } = await liveUntil(stage, "promoted");
    fail(stage, ["credentialSetWriter.touch", "credentialSets.list"], busy());

    await stage.live(6 * 3600);
    expect(heldBy(stage)).toBe("ServerBusy");
    expect(stage.liveUuid()).toBe(newUuid);

    stage.ports.interruptions.clear();
    await stage.live(2 * 3600);
    expect(stage.record().rotations).toMatchObject([{ state: "confirmed", newUuid }]);
  });
});

describe("when Docker Hub does not show that the new token is used", () => {
  it("warns, keeps the old one, and looks again every hour", async () => {
    const stage = rotationStage();
    stage.ports.hub.knobs.lastUsedLagSeconds = 10 * day;
    await stage.adopt();

    await stage.live(3 * day - 3600);

    expect(heldBy(stage)).toBe("NewTokenNotSeen");
    expect(toldAt(stage, "NewTokenNotSeen")).toHaveLength(3);
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, stage.liveUuid()]);
    expect(stage.ports.hub.tokens(account).every(({ active }) => active)).toBe(true);

    stage.ports.hub.knobs.lastUsedLagSeconds = 0;
    await stage.live(2 * 3600);
    expect(stage.record().rotations).toMatchObject([{ state: "confirmed" }]);
  });

  it("goes on without where ROTATION_LAST_USED says ignore", async () => {
    const stage = rotationStage({ settings: { lastUsed: "ignore" } });
    stage.ports.hub.knobs.lastUsedLagSeconds = 100 * day;
    await stage.adopt();

    await stage.live(9 * day);

    expect(stage.record().ended).toMatchObject([{ state: "done" }]);
    expect(tokensAtHub(stage)).toEqual([stage.liveUuid()]);
  });

  it("is content with ACR's health where there is no canary to pull and last_used is not asked", async () => {
    const stage = rotationStage({ settings: { lastUsed: "ignore" } });
    await stage.adopt({ canary: "grafana/grafana:latest" });

    await stage.live(60);

    expect(stage.record().rotations).toMatchObject([{ state: "confirmed", canaryBefore: false }]);
  });
});

import { describe, expect, it } from "vitest";
import {
  healthyOnlyWithOld,
  liveUntil,
  liveWorks,
  messages,
  place,
  tokensAtHub,
  toldAt,
} from "./rotation-acts.ts";
import { day, ids, type RotationStage, rotationStage } from "./rotation-stage.ts";

/* People do things while Larder is at it. What they wrote stays. */

const theirEnd = "2027-04-01T02:00:00.000Z";

/** The token Larder made in the story so far; the next is that of a person. */
const made = (stage: RotationStage) =>
  stage.ports.hub.log.filter(({ kind }) => kind === "created").map(({ uuid }) => uuid);

describe("when a person writes the live secret", () => {
  it.each(["creating", "stored", "tested", "promoted", "rollingBack", "discarding"] as const)(
    "leaves theirs, and takes its own token back: while %s",
    async (state) => {
      const stage = rotationStage();
      await stage.adopt();
      if (state === "rollingBack" || state === "discarding") healthyOnlyWithOld(stage);
      await liveUntil(stage, state);
      stage.ports.sets.watchHealth(() => ({ status: "Healthy" }));

      const theirs = place(stage, ids.live, { expiresAt: theirEnd });
      await stage.live(2 * day);

      expect(stage.liveUuid()).toBe(theirs);
      expect(liveWorks(stage)).toBe(true);
      expect(tokensAtHub(stage)).toEqual([stage.oldUuid, theirs]);
      expect(stage.record()).toMatchObject({
        rotations: [],
        ended: [{ state: "failed" }],
        live: { uuid: theirs, works: "yes" },
      });
    },
  );

  it.each(["confirmed", "quiesced", "disabled"] as const)(
    "leaves theirs, and retires the old token all the same: while %s",
    async (state) => {
      const stage = rotationStage();
      await stage.adopt();
      await liveUntil(stage, state);

      stage.ports.sets.rereadAfter(3600);
      const theirs = place(stage, ids.live, { expiresAt: theirEnd });
      await stage.live(14 * day);

      expect(stage.liveUuid()).toBe(theirs);
      expect(liveWorks(stage)).toBe(true);
      expect(tokensAtHub(stage)).toEqual([theirs]);
      expect(made(stage)).toHaveLength(1);
    },
  );

  it("takes a token of its own for theirs when a person put that into the live secret by hand", async () => {
    const stage = rotationStage();
    await stage.adopt();
    const { newUuid } = await liveUntil(stage, "stored");
    const value = stage.ports.shelf.find(ids.pending) ?? "";

    stage.ports.shelf.seed(ids.live, value, { expiresAt: theirEnd });
    await stage.live(2 * day);

    expect(stage.liveUuid()).toBe(newUuid);
    expect(liveWorks(stage)).toBe(true);
  });
});

describe("when a person takes something away", () => {
  it("gives an alarm while the live secret's newest version is disabled, begins nothing, and goes on afterwards", async () => {
    const stage = rotationStage();
    const [first] = stage.ports.shelf.versions(ids.live);
    stage.ports.shelf.change(ids.live, first?.version ?? "", { enabled: false });
    await stage.adopt();

    await stage.live(2 * day - 60);
    expect(stage.record()).toMatchObject({ rotations: [], hold: { code: "LiveSecretDisabled" } });
    expect(toldAt(stage, "RotationBlocked")).toHaveLength(2);

    stage.ports.shelf.change(ids.live, first?.version ?? "", { enabled: true });
    await stage.live(6 * 3600 + 600);
    expect(stage.record().hold).toBeUndefined();
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });

  it("gives an alarm when the set is deleted in ACR, touches nothing, and goes on when it is back", async () => {
    const stage = rotationStage();
    await stage.adopt();
    stage.ports.sets.delete("contoso", "docker-hub");

    await stage.live(day);
    expect(stage.record()).toMatchObject({ rotations: [], hold: { code: "CredentialSetMissing" } });
    expect(stage.ports.hub.log).toEqual([]);

    stage.ports.sets.put("contoso", { name: "docker-hub" });
    await stage.live(6 * 3600 + 600);
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });

  it("gives an alarm when the set reads another secret now, and follows it after the next PUT", async () => {
    const stage = rotationStage();
    await stage.adopt();
    const passwordSecretId = "https://contoso.vault.azure.net/secrets/another-token";
    const other = place(stage, passwordSecretId, { expiresAt: "2026-11-30T02:00:00.000Z" });
    stage.ports.sets.put("contoso", { name: "docker-hub", passwordSecretId });

    await stage.live(day);
    expect(messages(stage, "RotationBlocked")[0]).toBe(
      'Looking at the credential set: Credential set "docker-hub" now reads https://contoso.vault.azure.net/secrets/another-token, and Larder renews https://contoso.vault.azure.net/secrets/docker-hub-token. Send the PUT again to follow it.',
    );
    expect(stage.ports.hub.log).toEqual([]);

    await stage.adopt();
    await stage.live(600);
    expect(stage.liveUuid()).toBe(stage.oldUuid);
    expect(stage.record()).toMatchObject({ passwordSecretId, rotations: [{ oldUuid: other }] });
  });
});

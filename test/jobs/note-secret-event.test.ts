import { describe, expect, it } from "vitest";
import type { SecretEvent } from "../../src/domain/secret-event.ts";
import { noteSecretEvent } from "../../src/jobs/note-secret-event.ts";
import { busy, place, tokensAtHub, toldAt } from "./rotation-acts.ts";
import { day, ids, type RotationStage, rotationStage } from "./rotation-stage.ts";

const nearExpiry: SecretEvent = {
  type: "SecretNearExpiry",
  vault: "contoso",
  host: "contoso.vault.azure.net",
  secret: "docker-hub-token",
};

/** With a token that nobody looked at since it was written with a short life. */
async function due(): Promise<RotationStage> {
  const stage = rotationStage({ daysLeft: 80 });
  await stage.adopt();
  await stage.live(7200 + 60);
  place(stage, ids.live, { expiresAt: "2026-12-01T02:00:00.000Z" });
  return stage;
}

describe("an event of Key Vault", () => {
  it("brings the look forward, and so begins what is due", async () => {
    const stage = await due();

    const line = await noteSecretEvent(stage.ports, nearExpiry);
    await stage.live(60);

    expect(line).toBe(
      'SecretNearExpiry of secret "docker-hub-token" in vault "contoso": noted for contoso/docker-hub',
    );
    expect(stage.record().rotations).toMatchObject([{ trigger: "event", by: "larder" }]);
  });

  it("comes to one rotation when a thousand come at once", async () => {
    const stage = await due();

    const lines = await Promise.all(
      Array.from({ length: 1000 }, () => noteSecretEvent(stage.ports, nearExpiry)),
    );
    expect(stage.ports.rotationQueue.waiting().length).toBeLessThanOrEqual(8);
    await stage.live(2 * 3600);

    expect(lines.filter((line) => line.includes("noted for"))).toHaveLength(1);
    expect(toldAt(stage, "RotationStarted")).toHaveLength(1);
    expect(stage.ports.hub.log.map(({ kind }) => kind)).toEqual(["created"]);
  });

  it("comes to one rotation when each is delivered twice, out of order and days late", async () => {
    const stage = await due();
    const expired: SecretEvent = { ...nearExpiry, type: "SecretExpired" };
    const version: SecretEvent = { ...nearExpiry, type: "SecretNewVersionCreated" };

    for (const event of [expired, version, nearExpiry, nearExpiry, version, expired]) {
      await noteSecretEvent(stage.ports, event);
      await stage.live(12 * 3600);
    }
    await stage.live(10 * day);

    expect(toldAt(stage, "RotationStarted")).toHaveLength(1);
    expect(stage.ports.hub.log.filter(({ kind }) => kind === "created")).toHaveLength(1);
  });

  it.each<[string, Partial<SecretEvent>]>([
    ["of another secret", { secret: "docker-hub-token2" }],
    ["of the user name's secret", { secret: "docker-hub-username" }],
    ["of another vault", { vault: "fabrikam", host: "fabrikam.vault.azure.net" }],
  ])("changes nothing when it is %s", async (_what, other) => {
    const stage = await due();
    const before = stage.ports.rotationTable.texts();

    const line = await noteSecretEvent(stage.ports, { ...nearExpiry, ...other });

    expect(line).toMatch(/: no token that Larder renews lies there$/);
    expect(stage.ports.rotationTable.texts()).toEqual(before);
    expect(stage.ports.rotationQueue.waiting()).toEqual([]);
  });

  it("is only a hint: of a version that is long gone it begins nothing", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await stage.adopt();
    await stage.live(60);

    await noteSecretEvent(stage.ports, { ...nearExpiry, type: "SecretExpired", version: "0123" });
    await stage.live(day);

    expect(toldAt(stage, "RotationStarted")).toEqual([]);
    expect(toldAt(stage, "TokenExpired")).toEqual([]);
  });

  it("of Larder's own new version begins no other rotation", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await stage.live(30);

    for (const secret of ["docker-hub-token-pending", "docker-hub-token"])
      await noteSecretEvent(stage.ports, {
        ...nearExpiry,
        type: "SecretNewVersionCreated",
        secret,
      });
    await stage.live(20 * day);

    expect(toldAt(stage, "RotationStarted")).toHaveLength(1);
    expect(tokensAtHub(stage)).toEqual([stage.liveUuid()]);
  });

  it("does not make a token loop that lives under 30 days, and is near its expiry from birth", async () => {
    const stage = rotationStage();
    await stage.adopt({ lifetime: "P20D", renewBefore: "P5D" });
    for (let days = 0; days < 59; days += 1) {
      await noteSecretEvent(stage.ports, nearExpiry);
      await stage.live(day);
    }

    expect(toldAt(stage, "RotationStarted").map((at) => at.slice(0, 10))).toEqual([
      "2026-11-21",
      "2026-12-06",
      "2026-12-21",
      "2027-01-05",
    ]);
  });

  it("is recorded although the message to the worker is lost: the sweep finds it", async () => {
    const stage = await due();
    stage.ports.interruptions.interrupt("rotationOutbox.send", "before", busy());

    await noteSecretEvent(stage.ports, nearExpiry);
    await stage.live(3600);

    expect(toldAt(stage, "RotationStarted")).toHaveLength(1);
  });
});

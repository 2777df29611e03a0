import { describe, expect, it } from "vitest";
import { operationOf } from "../../src/domain/rotation-operation.ts";
import { readOperation } from "../../src/jobs/read-operation.ts";
import { requestRotation } from "../../src/jobs/request-rotation.ts";
import { anna, ben } from "./people.ts";
import { busy, liveUntil, liveWorks, messages, tokensAtHub, toldAt } from "./rotation-acts.ts";
import { day, type RotationStage, rotationStage } from "./rotation-stage.ts";

const forced = { force: true, reason: "it leaked" };

const request = ({ ports }: RotationStage, wish: { force: boolean; reason?: string } = forced) =>
  requestRotation(ports, "contoso", "docker-hub", wish, anna);

async function settled(): Promise<RotationStage> {
  const stage = rotationStage({ daysLeft: 80 });
  await stage.adopt();
  await stage.live(60);
  return stage;
}

describe("asking for a rotation", () => {
  it("renews a token with months left when it is forced, and says who wanted it and why", async () => {
    const stage = await settled();

    const { operation, existed } = await request(stage);
    expect(existed).toBe(false);
    expect(operation).toMatchObject({
      kind: "rotate",
      registry: "contoso",
      resource: "docker-hub",
      status: "NotStarted",
    });
    await stage.live(600);

    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    expect(stage.record().rotations).toMatchObject([
      { id: operation.id, trigger: "request", by: "anna", reason: "it leaked" },
    ]);
    expect(messages(stage, "RotationStarted")).toEqual([
      `A rotation began: it leaked. Operation ${operation.id}.`,
    ]);
    expect(await readOperation(stage.ports, operation.id)).toMatchObject({
      id: operation.id,
      status: "Succeeded",
      result: `The live secret holds token ${stage.liveUuid()}, and ACR signs in with it.`,
    });
  });

  it("refuses without force while the token has more left than renewBefore, and says how to force it", async () => {
    const stage = await settled();

    await expect(request(stage, { force: false })).rejects.toMatchObject({
      reason: "conflict",
      problem: {
        code: "RotationNotDue",
        target: "force",
        message:
          'The token ends 2027-02-09T02:00:00.000Z, and is renewed P30D before. Send {"force": true, "reason": "…"} to renew it all the same.',
      },
    });
    await stage.live(day);
    expect(toldAt(stage, "RotationStarted")).toEqual([]);
  });

  it("ends in RotationNotDue when nobody had looked yet and the look shows that nothing is due", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await stage.adopt();

    const { operation } = await request(stage, { force: false });
    await stage.live(600);

    expect(operationOf(stage.record(), operation.id)).toMatchObject({
      status: "Failed",
      error: { code: "RotationNotDue" },
    });
    expect(stage.liveUuid()).toBe(stage.oldUuid);
  });

  it("does it right after a failed one, without the cooldown", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await liveUntil(stage, "promoted");
    stage.ports.sets.watchHealth(() => ({ status: "Unhealthy" }));
    await stage.live(3600);
    expect(stage.record().ended).toMatchObject([{ state: "failed" }]);
    stage.ports.sets.watchHealth(() => ({ status: "Healthy" }));

    await request(stage, { force: false });
    await stage.live(600);

    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    expect(liveWorks(stage)).toBe(true);
  });

  it("is refused for a set that Larder does not renew", async () => {
    const { ports } = rotationStage();

    await expect(
      requestRotation(ports, "contoso", "docker-hub", forced, anna),
    ).rejects.toMatchObject({
      reason: "missing",
      problem: { code: "RotationNotFound", target: "name" },
    });
  });
});

describe("asking while a rotation is under way", () => {
  it.each(["creating", "stored", "tested", "promoted"] as const)(
    "answers the one that is %s",
    async (state) => {
      const stage = rotationStage();
      await stage.adopt();
      const { id } = await liveUntil(stage, state);

      const { operation, existed } = await request(stage);
      await stage.live(3600);

      expect(existed).toBe(true);
      expect(operation).toMatchObject({ id, status: "Running" });
      expect(toldAt(stage, "RotationStarted")).toHaveLength(1);
      expect(tokensAtHub(stage)).toEqual([stage.oldUuid, stage.liveUuid()]);
    },
  );

  it("comes to one rotation when ten ask at once", async () => {
    const stage = await settled();

    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, number) =>
        requestRotation(stage.ports, "contoso", "docker-hub", forced, number % 2 ? anna : ben),
      ),
    );
    await stage.live(10 * day);

    expect(new Set(answers.map(({ operation }) => operation.id)).size).toBe(1);
    expect(answers.filter(({ existed }) => !existed)).toHaveLength(1);
    expect(toldAt(stage, "RotationStarted")).toHaveLength(1);
    expect(tokensAtHub(stage)).toEqual([stage.liveUuid()]);
  });

  it("begins although the message that would wake the worker is lost: the sweep finds it", async () => {
    const stage = await settled();
    stage.ports.interruptions.interrupt("rotationOutbox.send", "before", busy());

    await request(stage);
    await stage.live(3600);

    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });
});

import { describe, expect, it } from "vitest";
import type { AnnouncementName } from "../../src/domain/announcement.ts";
import { readOperation } from "../../src/jobs/read-operation.ts";
import { requestRotation } from "../../src/jobs/request-rotation.ts";
import { sample } from "../deep.ts";
import { anna } from "./people.ts";
import { liveWorks, tokensAtHub } from "./rotation-acts.ts";
import { day, type RotationStage, rotationStage } from "./rotation-stage.ts";

/* Somebody's request beside every single call of one rotation, from the adoption to the old token's end. */

async function adopted(): Promise<RotationStage> {
  const stage = rotationStage();
  await stage.adopt({ retention: "P1D" });
  return stage;
}

/** Numbers of the calls that a rotation makes by itself; some of them, unless deep. */
async function callsOfOne(): Promise<readonly number[]> {
  const stage = await adopted();
  const from = stage.ports.interruptions.calls().length;
  await stage.live(3 * day);
  const to = stage.ports.interruptions.calls().length;
  const all = Array.from({ length: to - from }, (_, index) => from + index);
  return sample(all, 100);
}

/** How often something was told; what was told twice has one id. */
function times({ ports }: RotationStage, name: AnnouncementName): number {
  const ids = ports.news.told.filter((one) => one.name === name).map(({ id }) => id);
  return new Set(ids).size;
}

describe("beside every call of a rotation", () => {
  it("a PUT of another grace is kept, and neither loses nor doubles anything", async () => {
    for (const call of await callsOfOne()) {
      const stage = await adopted();
      stage.ports.interruptions.interrupt(call, "before", () =>
        stage.adopt({ grace: "P2D", retention: "P1D" }),
      );

      await stage.live(5 * day);

      const where = `call ${call}, ${stage.ports.interruptions.calls()[call]}`;
      expect({
        where,
        grace: stage.record().policy.grace,
        adopted: times(stage, "RotationAdopted"),
        started: times(stage, "RotationStarted"),
        works: liveWorks(stage),
        tokens: tokensAtHub(stage),
      }).toEqual({
        where,
        grace: "P2D",
        adopted: 2,
        started: 1,
        works: true,
        tokens: [stage.liveUuid()],
      });
    }
  });

  it("a forced request has an operation that can be read, and comes to a new token", async () => {
    for (const call of await callsOfOne()) {
      const stage = await adopted();
      let id = "";
      stage.ports.interruptions.interrupt(call, "before", async () => {
        const wish = { force: true, reason: "stolen" };
        id = (await requestRotation(stage.ports, "contoso", "docker-hub", wish, anna)).operation.id;
        await readOperation(stage.ports, id);
      });

      await stage.live(6 * day);

      const where = `call ${call}, ${stage.ports.interruptions.calls()[call]}`;
      const { status } = await readOperation(stage.ports, id);
      const { asked, rotations } = stage.record();
      expect({ where, status, asked, rotations, tokens: tokensAtHub(stage) }).toEqual({
        where,
        status: "Succeeded",
        asked: undefined,
        rotations: [],
        tokens: [stage.liveUuid()],
      });
    }
  });
});

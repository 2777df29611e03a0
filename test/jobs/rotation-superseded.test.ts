import { describe, expect, it } from "vitest";
import { requestRotation } from "../../src/jobs/request-rotation.ts";
import { anna } from "./people.ts";
import { healthyOnlyWithOld, liveUntil, liveWorks, place } from "./rotation-acts.ts";
import { day, ids, rotationStage } from "./rotation-stage.ts";

/* Something else than a rotation's token comes into the live secret while the rotation is under way. */

describe("a person's hand", () => {
  it("has ACR read what they wrote before the rotation's own token is deleted", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await stage.live(5);
    expect(stage.record().rotations).toMatchObject([{ state: "promoted" }]);
    place(stage, ids.live, { expiresAt: "2027-04-01T02:00:00.000Z" });

    await stage.live(3600);

    expect(stage.record().ended).toMatchObject([{ state: "failed" }]);
    const held = stage.ports.sets.credentialsOf("contoso", "docker-hub")?.password ?? "";
    expect(stage.ports.hub.works(held)).toBe(true);
  });

  it.each(["stored", "tested", "promoted"] as const)(
    "that slips while it is %s keeps the next token from nobody",
    async (state) => {
      const stage = rotationStage();
      await stage.adopt();
      await liveUntil(stage, state);
      stage.ports.shelf.seed(ids.live, "dckr_pat_typo");

      await stage.live(3 * day);

      expect(liveWorks(stage)).toBe(true);
      expect(stage.record().rotations).toEqual([]);
    },
  );
});

it("puts back the token before the one before, when ACR does worse with both", async () => {
  const stage = rotationStage({ daysLeft: 12 });
  stage.ports.hub.knobs.lastUsedLagSeconds = 1000 * day;
  await stage.adopt();
  await stage.live(2400);
  expect(stage.record().rotations).toMatchObject([{ state: "unproved" }]);
  await requestRotation(stage.ports, "contoso", "docker-hub", { force: true, reason: "x" }, anna);
  await stage.live(60);
  expect(stage.record().rotations[1]?.state).toBe("promoted");
  healthyOnlyWithOld(stage);

  await stage.live(2 * day);

  expect(stage.liveUuid()).toBe(stage.oldUuid);
});

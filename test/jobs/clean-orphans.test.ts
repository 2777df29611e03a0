import { describe, expect, it } from "vitest";
import { liveUntil, tokensAtHub } from "./rotation-acts.ts";
import { account, day, type RotationStage, rotationStage } from "./rotation-stage.ts";

/* Tokens with the set's own label that nothing names any more: of lost answers, and of stories that broke off. */

const label = "larder contoso/docker-hub mfzwizltovzwk4q2mfzwizlto4";
const leave = ({ ports }: RotationStage, of = label) => ports.hub.addToken(account, { label: of });

async function settled(): Promise<RotationStage> {
  const stage = rotationStage({ daysLeft: 80 });
  await stage.adopt();
  await stage.live(60);
  return stage;
}

describe("a token of Larder's that is left over", () => {
  it("is deleted with the next daily look", async () => {
    const stage = await settled();
    leave(stage);

    await stage.live(day + 3600);

    expect(tokensAtHub(stage)).toEqual([stage.oldUuid]);
  });

  it("is kept while somebody uses it, until it has been quiet for the grace", async () => {
    const stage = await settled();
    const { uuid, value } = leave(stage);
    await stage.live(12 * 3600);
    stage.ports.hub.use(account, value);

    await stage.live(day);
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, uuid]);
    await stage.live(day);

    expect(tokensAtHub(stage)).toEqual([stage.oldUuid]);
  });

  it("is left to another set's rotation when it carries that one's label", async () => {
    const stage = await settled();
    const { uuid } = leave(stage, "larder contoso/docker-hub-2 mfzwizltovzwk4q2mfzwizlto4");

    await stage.live(3 * day);

    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, uuid]);
  });

  it("does not go while it is the token of a rotation under way, or of one that is being retired", async () => {
    const stage = rotationStage();
    await stage.adopt();
    const { newUuid } = await liveUntil(stage, "stored");
    stage.ports.interruptions.interrupt("upstreams.head", "before", () => {
      throw new Error("killed");
    });
    await expect(stage.live(3600)).rejects.toThrow("killed");

    await stage.live(3 * day);

    expect(stage.liveUuid()).toBe(newUuid);
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, newUuid]);
  });
});

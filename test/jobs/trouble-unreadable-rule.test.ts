import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { tokensAtHub } from "./rotation-acts.ts";
import { day, rotationStage } from "./rotation-stage.ts";

/* As after a rollback to a version that does not understand a rule's row any more (src/azure/row.ts). */

describe("a rule whose row cannot be read", () => {
  it("does not let the token of its registry end: the new one is live in time", async () => {
    const stage = rotationStage({ daysLeft: 5 });
    await stage.adopt();
    const unreadable = new LarderError("refused", {
      code: "RowUnreadable",
      message: "It is torn.",
    });
    Object.assign(stage.ports.rules, { read: () => Promise.reject(unreadable) });

    await stage.live(day);

    expect(stage.liveUuid()).toBeDefined();
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    // Nothing is revoked on half a view.
    expect(tokensAtHub(stage)).toContain(stage.oldUuid);
  });
});

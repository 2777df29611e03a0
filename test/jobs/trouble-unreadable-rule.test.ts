import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { day, rotationStage } from "./rotation-stage.ts";

describe("x", () => {
  it("renews", async () => {
    const stage = rotationStage({ daysLeft: 5 });
    await stage.adopt();
    const { rules } = stage.ports;
    Object.assign(rules, { read: async () => { throw new LarderError("refused", { code: "RowUnreadable", message: "A rule is torn." }); } });
    const lines = await stage.live(4 * day);
    console.log([...new Set(lines)].slice(0, 20).join("\n"));
    console.log(stage.told(), stage.record().rotations.map(r=>[r.state,r.hold]), stage.record().ended.map(r=>[r.state, r.failure]));
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });
});

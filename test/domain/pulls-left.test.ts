import { describe, expect, it } from "vitest";
import type { PullBudget } from "../../src/domain/budget.ts";
import { pullsLeft } from "../../src/domain/pull-budget.ts";

const limited: PullBudget = {
  kind: "pulls",
  reading: { kind: "limited", limit: 200, remaining: 60, windowSeconds: 21_600 },
  readAt: "2026-11-21T02:00:00.000Z",
  spent: 0,
  holds: [],
};
const hold = (pulls: number) => ({ id: `${pulls}`, pulls, until: "2026-11-21T02:10:00.000Z" });
const five = "2026-11-21T02:05:00.000Z";

describe("what an account may still pull", () => {
  it.each<[string, Partial<PullBudget>, number]>([
    ["as it was read", {}, 60],
    ["without what was spent since", { spent: 20, spentAt: five }, 40],
    ["without what is held", { holds: [hold(5), hold(7)] }, 48],
    ["never less than nothing", { spent: 50, spentAt: five, holds: [hold(20)] }, 0],
  ])("is reckoned %s", (_, budget, remaining) => {
    expect(pullsLeft({ ...limited, ...budget }, five)).toEqual({ limit: 200, remaining });
  });

  it.each<[string, Partial<PullBudget>]>([
    ["nothing was read", { reading: undefined, readAt: undefined }],
    ["it has no limit", { reading: { kind: "unlimited" } }],
    ["the limit could not be read", { reading: { kind: "unknown" } }],
  ])("is not known while %s", (_, budget) => {
    expect(pullsLeft({ ...limited, ...budget }, five)).toBeUndefined();
  });

  it("is not known any more when the window of the reading is over", () => {
    expect(pullsLeft(limited, "2026-11-21T07:59:59.999Z")).toEqual({ limit: 200, remaining: 60 });
    expect(pullsLeft(limited, "2026-11-21T08:00:00.000Z")).toBeUndefined();
    const spent = { ...limited, spent: 199, spentAt: "2026-11-21T07:59:00.000Z" };
    expect(pullsLeft(spent, "2026-11-21T08:00:00.000Z")).toBeUndefined();
  });
});

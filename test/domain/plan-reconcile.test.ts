import { describe, expect, it } from "vitest";
import type { CacheRule, LiveRule } from "../../src/domain/cache-rule.ts";
import { planReconcile } from "../../src/domain/plan-reconcile.ts";
import { live, now, record } from "./facts.ts";

const nginx = {
  name: "nginx-rule",
  source: "docker.io/library/nginx",
  target: "nginx",
  credentialSet: "hub",
};
const at = (time: string) => `2026-11-21T01:${time}.000Z`;
const held = (changes: Partial<CacheRule> = {}) => record({ ...nginx, ...changes });
const shown = (changes: Partial<LiveRule> = {}) => live({ ...nginx, ...changes });

describe("planReconcile", () => {
  it.each<[string, CacheRule | undefined, LiveRule | undefined, string | undefined]>([
    ["active and as asked", held(), shown(), undefined],
    ["active, deleted outside", held(), undefined, "drift"],
    ["active, made anew with another source", held(), shown({ source: "quay.io/a/b" }), "drift"],
    ["active, credential set changed", held(), shown({ credentialSet: undefined }), "drift"],
    [
      "drifted, back as asked",
      held({ drift: { kind: "deleted", message: "gone", since: now } }),
      shown(),
      "driftEnded",
    ],
    ["just requested", held({ status: "requested", updatedAt: at("59:00") }), undefined, undefined],
    [
      "requested long ago",
      held({ status: "requested", updatedAt: at("57:59") }),
      undefined,
      "enqueue",
    ],
    [
      "requested long ago, told to wait",
      held({
        status: "requested",
        updatedAt: at("40:00"),
        nextAttemptAt: "2026-11-21T02:10:00.000Z",
      }),
      undefined,
      undefined,
    ],
    [
      "told to wait, and forgotten",
      held({ status: "requested", updatedAt: at("40:00"), nextAttemptAt: at("50:00") }),
      undefined,
      "enqueue",
    ],
    [
      "deleting, forgotten",
      held({ status: "deleting", updatedAt: at("40:00") }),
      shown(),
      "enqueue",
    ],
    ["expired", held({ expiresOn: at("59:59") }), shown(), "expire"],
    ["not yet expired", held({ expiresOn: "2026-11-21T02:00:01.000Z" }), shown(), undefined],
    ["only in ARM", undefined, shown(), "discover"],
    ["unmanaged, as known", held({ status: "unmanaged" }), shown(), undefined],
    ["unmanaged, changed", held({ status: "unmanaged" }), shown({ target: "other" }), "discover"],
    ["unmanaged, gone", held({ status: "unmanaged" }), undefined, "undiscover"],
    ["failed, but ARM has it after all", held({ status: "failed" }), shown(), "recover"],
    [
      "failed, and ARM's differs",
      held({ status: "failed" }),
      shown({ credentialSet: "other" }),
      undefined,
    ],
    ["failed", held({ status: "failed" }), undefined, undefined],
    [
      "deletion failed, ARM still has it",
      held({ status: "failed", images: "keep" }),
      shown(),
      undefined,
    ],
    [
      "expired, but made anew outside",
      held({ expiresOn: at("59:59") }),
      shown({ source: "quay.io/a/b" }),
      "drift",
    ],
    ["rejected", held({ status: "rejected" }), undefined, undefined],
    [
      "awaiting approval for long",
      held({ status: "awaitingApproval", updatedAt: at("00:00") }),
      undefined,
      undefined,
    ],
  ])("%s", (_case, rule, inArm, expected) => {
    const repairs = planReconcile(rule ? [rule] : [], inArm ? [inArm] : [], now, 120);

    expect(repairs.map(({ kind }) => kind)).toEqual(expected === undefined ? [] : [expected]);
  });

  it("does not report the same drift twice", () => {
    const [found] = planReconcile([held()], [], now, 120);
    const drift = found?.kind === "drift" ? found.drift : undefined;

    expect(drift).toMatchObject({ kind: "deleted", since: now });
    expect(planReconcile([held({ drift })], [], "2026-11-21T03:00:00.000Z", 120)).toEqual([]);
  });
});

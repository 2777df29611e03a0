import { describe, expect, it } from "vitest";
import type { CacheRule, LiveRule } from "../../src/domain/cache-rule.ts";
import { planConvergence, retryDelay } from "../../src/domain/plan-convergence.ts";
import { live, now, record } from "./facts.ts";

const nginx = {
  name: "nginx-rule",
  source: "docker.io/library/nginx",
  target: "nginx",
  credentialSet: "hub",
};
const asked = (changes: Partial<CacheRule> = {}) =>
  record({ ...nginx, status: "requested", ...changes });
const shown = (changes: Partial<LiveRule> = {}) => live({ ...nginx, ...changes });

describe("planConvergence", () => {
  it.each<[string, CacheRule, LiveRule | undefined, string]>([
    ["not in ARM", asked(), undefined, "create"],
    ["in ARM as asked", asked(), shown(), "activate"],
    ["in ARM as asked, set in other case", asked(), shown({ credentialSet: "HUB" }), "activate"],
    ["being created", asked(), shown({ provisioningState: "Creating" }), "wait"],
    ["being updated", asked(), shown({ provisioningState: "Updating" }), "wait"],
    ["an older one being deleted", asked(), shown({ provisioningState: "Deleting" }), "wait"],
    ["creation failed", asked(), shown({ provisioningState: "Failed" }), "create"],
    ["creation canceled", asked(), shown({ provisioningState: "Canceled" }), "create"],
    ["another mapping", asked(), shown({ source: "quay.io/a/b" }), "fail"],
    ["another credential set", asked(), shown({ credentialSet: "other" }), "changeCredentialSet"],
    [
      "credential set to take away",
      asked({ credentialSet: undefined }),
      shown(),
      "changeCredentialSet",
    ],
    ["told to wait", asked({ nextAttemptAt: "2026-11-21T02:00:30.000Z" }), undefined, "wait"],
    ["told to wait, and waited", asked({ nextAttemptAt: now }), undefined, "create"],
    ["to be deleted", asked({ status: "deleting" }), shown(), "remove"],
    [
      "to be deleted, even if it failed",
      asked({ status: "deleting" }),
      shown({ provisioningState: "Failed" }),
      "remove",
    ],
    [
      "being deleted",
      asked({ status: "deleting" }),
      shown({ provisioningState: "Deleting" }),
      "wait",
    ],
    ["deleted", asked({ status: "deleting" }), undefined, "forget"],
    [
      "to be deleted, made anew by somebody else",
      asked({ status: "deleting" }),
      shown({ source: "quay.io/a/b" }),
      "abandon",
    ],
    [
      "to be deleted, a worker may still create it",
      asked({ status: "deleting", unsettledUntil: "2026-11-21T02:01:00.000Z" }),
      undefined,
      "wait",
    ],
    [
      "to be deleted, and settled",
      asked({ status: "deleting", unsettledUntil: now }),
      undefined,
      "forget",
    ],
    ["active", asked({ status: "active" }), undefined, "nothing"],
    ["awaiting approval", asked({ status: "awaitingApproval" }), undefined, "nothing"],
    ["failed", asked({ status: "failed" }), undefined, "nothing"],
    ["unmanaged", asked({ status: "unmanaged" }), shown(), "nothing"],
  ])("%s", (_case, rule, inArm, expected) => {
    expect(planConvergence(rule, inArm, now).kind).toBe(expected);
  });

  it("waits exactly as long as it was told", () => {
    const rule = asked({ nextAttemptAt: "2026-11-21T02:00:30.000Z" });

    expect(planConvergence(rule, undefined, now)).toMatchObject({ kind: "wait", seconds: 30 });
  });
});

describe("retryDelay", () => {
  it.each([
    [1, undefined, 2],
    [3, undefined, 8],
    [9, undefined, 300],
    [30, undefined, 300],
    [1, 17, 17],
    [1, 86_400, 3600],
    [1, 0, 2],
    [10, 0, 30],
    [3, 5, 8],
  ])("try %i, told %s: %i s", (attempt, told, expected) => {
    expect(retryDelay(attempt, told)).toBe(expected);
  });
});

import { describe, expect, it } from "vitest";
import type { Operation } from "../../src/domain/operation.ts";
import type { RefreshProgress } from "../../src/domain/refresh.ts";
import { progressOf } from "../../src/domain/refresh-progress.ts";

const at = "2026-11-21T02:00:00.000Z";

function operation(status: Operation["status"]): Operation {
  const id = "contoso-a";
  return {
    id,
    kind: "refresh",
    registry: "contoso",
    resource: id,
    status,
    createdAt: at,
    updatedAt: at,
  };
}

function row(status: RefreshProgress["status"], rest: Partial<RefreshProgress> = {}) {
  return { repository: "nginx", status, passed: false, counts: {}, updatedAt: at, ...rest };
}

const passed = (counts: RefreshProgress["counts"]) => row("running", { passed: true, counts });

describe("the progress of a refresh", () => {
  it("counts repositories, and tags by status over all of them", () => {
    const rows = [
      row("done", { counts: { fresh: 3, deferred: 1 } }),
      row("failed", { counts: { unknown: 2 } }),
      row("running", { counts: { fresh: 2, stale: 0 } }),
      row("waiting"),
    ];

    expect(progressOf(operation("Running"), rows)).toEqual({
      percent: 50,
      repositories: { total: 4, done: 1, failed: 1 },
      tags: { fresh: 5, unknown: 2, deferred: 1 },
    });
  });

  it.each([
    ["nothing planned yet", "NotStarted", [], 0],
    ["nothing to do", "Succeeded", [], 100],
    ["a third done", "Running", [row("done"), row("waiting"), row("running")], 33],
    ["one of four tags still climbs", "Running", [passed({ fresh: 3, refreshing: 1 })], 75],
    ["a pass over a repository without tags", "Running", [passed({})], 0],
    ["a pass that goes on", "Running", [row("running", { counts: { fresh: 9 } })], 0],
    ["all done, and not said so yet", "Running", [row("done"), row("failed")], 99],
    ["all that failed", "Failed", [row("failed")], 100],
    ["given up on the way", "Canceled", [row("done"), row("waiting")], 50],
    ["rows that lag behind", "Succeeded", [row("running")], 100],
  ] as const)("%s", (_name, status, rows, percent) => {
    expect(progressOf(operation(status), rows).percent).toBe(percent);
  });
});

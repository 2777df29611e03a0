import { describe, expect, it } from "vitest";
import type { RotationRecord } from "../../src/domain/rotation.ts";
import { overdueOf } from "../../src/domain/rotation-overdue.ts";
import { plusSeconds } from "../../src/domain/time.ts";
import { record, rotation } from "./rotation-facts.ts";

/* Sweeps come every hour, so that a set is overdue 27 hours after it was due. */

const due = "2026-11-21T02:00:00.000Z";
const later = "2026-11-30T02:00:00.000Z";
const hour = 3600;

/** "no", "overdue" or "told", so many hours after it was due, and after the last sweep. */
function judge(
  hours: number,
  { since = 1, ...changes }: Partial<RotationRecord> & { readonly since?: number | undefined } = {},
): string {
  const now = plusSeconds(due, hours * hour);
  const last = plusSeconds(now, -since * hour);
  const held = record({ lookAt: due, ...changes });
  const found = overdueOf(held, { now, last, everySeconds: hour });
  if (!found) return "no";
  const { since: from, tell } = found;
  return `${tell ? "told" : "overdue"}${from === due ? "" : ` since ${from}`}`;
}

describe("a set that nobody gets through with", () => {
  it("is overdue a day and three sweeps after it was due, and told of then and each day after", () => {
    expect([26.9, 27, 28, 50.9, 51, 51.9, 52, 75].map((hours) => judge(hours))).toEqual([
      "no",
      "told",
      "overdue",
      "overdue",
      "told",
      "told",
      "overdue",
      "told",
    ]);
  });

  it("is told of by one of two sweeps, however they lie around the full day", () => {
    expect([judge(26.99, { since: 0.99 }), judge(28.01, { since: 1.02 })]).toEqual(["no", "told"]);
    expect([judge(27, { since: 1.1 }), judge(27.9, { since: 0.9 })]).toEqual(["told", "overdue"]);
  });

  it("is one whose step is not taken, or whose news is not told", () => {
    const stuck = rotation({ state: "tested", nextAt: due });
    expect(judge(27, { lookAt: later, rotations: [stuck] })).toBe("told");
    expect(judge(27, { lookAt: later, rotations: [{ ...stuck, nextAt: later }] })).toBe("no");
    const about = { registry: "contoso", credentialSet: "docker-hub", message: "" };
    const unsaid = [{ id: "1", name: "TokenExpired", at: due, ...about } as const];
    expect(judge(27, { lookAt: later, unsaid })).toBe("told");
  });

  it("is excused for a day by a worker that has it just now, and no longer", () => {
    const lease = { holder: "worker", until: later };
    expect([27, 50, 51, 52].map((hours) => judge(hours, { lease }))).toEqual([
      "no",
      "no",
      "told",
      "overdue",
    ]);
    expect(judge(27, { lease: { holder: "worker", until: due } })).toBe("told");
  });

  it("is not known of after sweeps were missed: nobody was sent", () => {
    expect(judge(100, { since: 3 })).toBe("told");
    expect(judge(100, { since: 3.1 })).toBe("no");
    const now = plusSeconds(due, 100 * hour);
    const held = record({ lookAt: due });
    expect(overdueOf(held, { now, last: undefined, everySeconds: hour })).toBeUndefined();
  });
});

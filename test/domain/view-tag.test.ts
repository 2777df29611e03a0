import { describe, expect, it } from "vitest";
import type { Pin, RepositoryState, TagRecord } from "../../src/domain/tag.ts";
import { type ViewFacts, viewCounts, viewTag } from "../../src/domain/view-tag.ts";

const now = "2026-11-21T12:00:00.000Z";
const hour = 3600;

const record: TagRecord = {
  registry: "contoso",
  repository: "nginx",
  tag: "latest",
  status: "fresh",
  reason: "The registry lists what upstream has.",
  checkedAt: "2026-11-01T00:00:00.000Z",
  refreshes: [],
};
const state: RepositoryState = {
  registry: "contoso",
  repository: "nginx",
  rule: "nginx-rule",
  counts: { fresh: 5, unknown: 1, stale: 2 },
  policy: "",
  checkedAt: "2026-11-21T09:00:00.000Z",
};
const trouble = {
  message: "docker.io did not answer.",
  since: "2026-11-21T06:00:00.000Z",
  until: "2026-11-21T12:30:00.000Z",
};
const pin: Pin = { tag: "latest", reason: "12 breaks.", by: "ada", since: now };

function facts(rest: Partial<ViewFacts> = {}): ViewFacts {
  return { state, pins: [], everySeconds: 6 * hour, now, ...rest };
}

describe("when a tag was checked and will be", () => {
  it("is told by the last whole pass, for a pass writes only what changed", () => {
    expect(viewTag(record, facts())).toEqual({
      record,
      pin: undefined,
      checkedAt: "2026-11-21T09:00:00.000Z",
      nextCheckAt: "2026-11-21T15:00:00.000Z",
      note: undefined,
    });
  });

  it("is told by the record, where that is later", () => {
    const later = { ...record, checkedAt: "2026-11-21T11:00:00.000Z" };

    expect(viewTag(later, facts()).checkedAt).toBe("2026-11-21T11:00:00.000Z");
  });

  it.each([
    ["by the record, when the pass did not see all tags", "2026-11-21T09:00:30.000Z", record],
    ["by the pass, when only an earlier one did not", "2026-11-21T03:00:30.000Z", state],
  ])("is told %s", (_name, at, { checkedAt }) => {
    const listing = { complete: false, message: "3 of 5 tags were listed.", at };

    expect(viewTag(record, facts({ state: { ...state, listing } })).checkedAt).toBe(checkedAt);
  });

  it("is told by the tag itself, where it has a time of its own", () => {
    const cooling = { ...record, dueAt: "2026-11-22T00:10:00.000Z" };

    expect(viewTag(cooling, facts()).nextCheckAt).toBe("2026-11-22T00:10:00.000Z");
  });

  it("is not known without a policy, and that is said", () => {
    const view = viewTag(record, facts({ everySeconds: undefined }));

    expect(view.nextCheckAt).toBeUndefined();
    expect(view.note).toContain("compared on demand only");
  });
});

describe("while upstream cannot be asked", () => {
  const troubled = { ...state, trouble };

  it("a tag that was compared lately is fresh still, with a note", () => {
    const view = viewTag(record, facts({ state: troubled }));

    expect(view.record.status).toBe("fresh");
    expect(view.note).toBe("Checking cannot go on now: docker.io did not answer.");
  });

  it.each([
    ["twice the time between checks, to the second", "2026-11-21T00:00:00.000Z", "fresh"],
    ["a second more", "2026-11-20T23:59:59.000Z", "unknown"],
  ])("a comparison older than %s is no longer called fresh", (_name, checkedAt, status) => {
    const view = viewTag(record, facts({ state: { ...troubled, checkedAt } }));

    expect(view.record.status).toBe(status);
    expect(view.record.reason.includes("docker.io did not answer.")).toBe(status === "unknown");
  });

  it("what is not fresh stays what it is", () => {
    const old = { ...troubled, checkedAt: "2026-11-01T00:00:00.000Z" };

    expect(viewTag({ ...record, status: "gone" }, facts({ state: old })).record.status).toBe(
      "gone",
    );
  });

  it("the counts follow", () => {
    const of = (checkedAt: string | undefined, from: RepositoryState = troubled) =>
      viewCounts({ ...from, checkedAt }, facts());

    expect(of("2026-11-20T00:00:00.000Z")).toEqual({ unknown: 6, stale: 2 });
    expect(of(undefined)).toEqual({ unknown: 6, stale: 2 });
    expect(of("2026-11-21T09:00:00.000Z")).toEqual({ fresh: 5, unknown: 1, stale: 2 });
    // Whatever kept the passes from being made.
    expect(of("2026-11-01T00:00:00.000Z", state)).toEqual({ unknown: 6, stale: 2 });
  });
});

describe("a pin", () => {
  const pinned: TagRecord = { ...record, status: "pinned" };

  it.each([
    ["without an end", undefined, true],
    ["that has not ended", "2026-11-21T12:00:00.001Z", true],
    ["that ends now", now, false],
  ])("%s", (_name, until, shown) => {
    const view = viewTag(pinned, facts({ pins: [{ ...pin, until }] }));

    expect(view.pin !== undefined).toBe(shown);
    expect(view.note).toBe(
      shown ? undefined : "Its pin has ended; the next check takes it up again.",
    );
  });

  it("of another tag means nothing, for tags differ by case", () => {
    expect(viewTag(record, facts({ pins: [{ ...pin, tag: "Latest" }] })).pin).toBeUndefined();
  });

  it("that came after the last check is shown at once", () => {
    expect(viewTag(record, facts({ pins: [pin] })).note).toContain("Pinned since the last check");
  });
});

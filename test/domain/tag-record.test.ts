import { describe, expect, it } from "vitest";
import { choosePlatforms } from "../../src/domain/choose-platforms.ts";
import { lookDelay, restoreDelay } from "../../src/domain/look-again.ts";
import type { TagRecord } from "../../src/domain/tag.ts";
import { tagEvents } from "../../src/domain/tag-events.ts";
import { climbing, provedRecord, sameRecord, settled } from "../../src/domain/tag-record.ts";

const now = "2026-11-21T12:00:00.000Z";
const old = `sha256:${"1".repeat(64)}`;
const fresh = `sha256:${"2".repeat(64)}`;
const seen: TagRecord = {
  registry: "contoso",
  repository: "nginx",
  tag: "latest",
  status: "stale",
  reason: "Upstream moved.",
  cached: old,
  upstream: fresh,
  checkedAt: now,
  refreshes: ["contoso-a"],
};
const look = { from: old, to: fresh, reason: "Pulled." };

describe("a record on the ladder", () => {
  it("is looked at again, later each time, and unverified after some looks", () => {
    const looks: TagRecord[] = [];
    let step: TagRecord["step"];
    for (let count = 0; count < 6; count += 1) {
      const next = climbing(seen, step, { kind: "touching", ...look }, now);
      looks.push(next);
      step = next.step;
    }
    expect(looks.map(({ status, dueAt }) => [status, dueAt])).toEqual([
      ["refreshing", "2026-11-21T12:00:15.000Z"],
      ["refreshing", "2026-11-21T12:01:00.000Z"],
      ["refreshing", "2026-11-21T12:05:00.000Z"],
      ["unverified", "2026-11-21T12:15:00.000Z"],
      ["unverified", "2026-11-21T13:00:00.000Z"],
      ["unverified", "2026-11-21T13:00:00.000Z"],
    ]);
    expect(looks[2]?.refreshes).toEqual(["contoso-a"]);
    expect(looks[3]?.refreshes).toEqual([]);
  });

  it("is looked at soon, and never less than every five minutes, while its tag is away", () => {
    expect([0, 1, 2, 3, 4, 5, 50].map(restoreDelay)).toEqual([5, 15, 30, 60, 120, 300, 300]);
    expect([0, 1, 2, 3, 4, 50].map(lookDelay)).toEqual([15, 60, 300, 900, 3600, 3600]);
  });

  it("keeps what the tag was, and begins to count anew with another step or digest", () => {
    const before = {
      kind: "touching",
      from: "sha256:first",
      to: fresh,
      since: now,
      looks: 2,
    } as const;
    const later = "2026-11-21T12:10:00.000Z";

    const same = climbing(seen, before, { kind: "touching", ...look }, later);
    const next = climbing(seen, before, { kind: "preparing", ...look }, later);
    const other = climbing(seen, before, { kind: "touching", ...look, to: old }, later);

    expect(same.step).toEqual({ ...before, looks: 3, asked: true });
    expect(next.step).toEqual({
      kind: "preparing",
      from: "sha256:first",
      to: fresh,
      since: later,
      looks: 0,
      asked: true,
    });
    expect(other.step).toMatchObject({ from: old, to: old, since: later, looks: 0 });
  });

  it("ends proved, with nobody waiting", () => {
    const climbed = climbing(seen, undefined, { kind: "purging", ...look }, now);
    expect(provedRecord(climbed, fresh, "Served.", now)).toEqual({
      ...seen,
      status: "fresh",
      reason: "Served.",
      cached: fresh,
      changedAt: now,
      lastGood: { digest: fresh, at: now },
      refreshes: [],
    });
  });
});

describe("sameRecord", () => {
  const record = settled(seen, { status: "fresh", reason: "Equal.", dueAt: undefined });

  it("does not mind when it was seen", () => {
    expect(sameRecord(record, { ...record, checkedAt: "2026-11-22T00:00:00.000Z" })).toBe(true);
    const again = { ...record, lastGood: { digest: old, at: now } };
    expect(sameRecord(again, { ...again, lastGood: { digest: old, at: "2027" } })).toBe(true);
  });

  it.each<[string, Partial<TagRecord>]>([
    ["status", { status: "cooling" }],
    ["reason", { reason: "Otherwise." }],
    ["cached", { cached: fresh }],
    ["upstream", { upstream: old }],
    ["moved", { moved: { digest: fresh, since: now } }],
    ["absentSince", { absentSince: now }],
    ["step", { step: { kind: "touching", to: fresh, since: now, looks: 0 } }],
    ["dueAt", { dueAt: now }],
    ["adoptedEarly", { adoptedEarly: { digest: fresh, at: now } }],
    ["lastGood", { lastGood: { digest: fresh, at: now } }],
    ["untaggedAt", { untaggedAt: now }],
    ["refreshes", { refreshes: ["contoso-b"] }],
    ["changedAt", { changedAt: now }],
  ])("minds %s", (_field, change) => {
    expect(sameRecord(record, { ...record, ...change })).toBe(false);
  });

  it("tells steps apart by kind, digest and looks", () => {
    const step = { kind: "touching", to: fresh, since: now, looks: 1 } as const;
    const stepped = { ...record, step };
    expect(sameRecord(stepped, { ...record, step: { ...step } })).toBe(true);
    for (const change of [{ kind: "purging" as const }, { to: old }, { looks: 2 }])
      expect(sameRecord(stepped, { ...record, step: { ...step, ...change } })).toBe(false);
    expect(sameRecord(undefined, record)).toBe(false);
  });
});

describe("tagEvents", () => {
  const around = {
    rule: "nginx-rule",
    source: "docker.io/library/nginx",
    from: old,
    platforms: [],
  };
  const events = (
    before: TagRecord | undefined,
    after: TagRecord,
    from: string | undefined = old,
  ) => tagEvents(before, after, { ...around, from }).map(({ event, message }) => [event, message]);
  const proved = provedRecord(seen, fresh, "Served.", now);

  it("tells of a refresh, with both digests, and nothing of a tag that was proved to be as it was", () => {
    expect(events(seen, proved)).toEqual([
      ["refreshed", `nginx:latest from docker.io/library/nginx: ${old} → ${fresh}.`],
    ]);
    expect(events(seen, proved, fresh)).toEqual([]);
    expect(events(undefined, { ...proved, changedAt: undefined }, fresh)).toEqual([]);
  });

  it("tells once of an early adoption, of a tag that is gone, and of one that cannot be proved", () => {
    const early = { ...seen, reason: "Early.", adoptedEarly: { digest: fresh, at: now } };
    expect(events(seen, early)).toEqual([
      [
        "adoptedEarly",
        `nginx:latest: ACR itself took ${old} on somebody's pull, before its cool-off was over. Larder did not move it.`,
      ],
    ]);
    expect(events(early, early)).toEqual([]);
    const gone = { ...seen, status: "gone" as const, reason: "Gone." };
    expect(events(seen, gone)).toEqual([["gone", "nginx:latest: Gone."]]);
    expect(events(gone, gone)).toEqual([]);
    const open = { ...seen, status: "unverified" as const, reason: "Not stored." };
    expect(events(seen, open)).toEqual([["refreshFailed", "nginx:latest: Not stored."]]);
    expect(events(open, open)).toEqual([]);
  });
});

describe("choosePlatforms", () => {
  const child = (digest: string, platform: string) => ({ digest, platform });
  const index = {
    children: [
      child("a", "linux/amd64"),
      child("b", "linux/arm64/v8"),
      child("c", "linux/arm/v6"),
      child("d", "linux/arm/v7"),
      child("e", "unknown/unknown"),
    ],
  };

  it.each([
    [["linux/amd64"], ["a"], ["linux/amd64"], []],
    [["linux/arm64"], ["b"], ["linux/arm64/v8"], []],
    [["linux/arm"], ["c", "d"], ["linux/arm/v6", "linux/arm/v7"], []],
    [["linux/arm/v7", "linux/s390x"], ["d"], ["linux/arm/v7"], ["linux/s390x"]],
    [["linux/arm64/v8"], ["b"], ["linux/arm64/v8"], []],
    [
      "all" as const,
      ["a", "b", "c", "d", "e"],
      ["linux/amd64", "linux/arm64/v8", "linux/arm/v6", "linux/arm/v7"],
      [],
    ],
  ])("of an index: %j", (wanted, digests, platforms, missing) => {
    expect(choosePlatforms(index, wanted)).toEqual({ digests, platforms, missing });
  });

  it("is all there is where none that is wanted is there: an index alone serves nobody", () => {
    const windows = { children: [child("w", "windows/amd64")] };
    expect(choosePlatforms(windows, ["linux/amd64"])).toEqual({
      digests: ["w"],
      platforms: ["windows/amd64"],
      missing: ["linux/amd64"],
    });
  });

  it("takes a platform without a variant for a wanted one with", () => {
    const plain = { children: [child("a", "linux/amd64"), child("b", "linux/arm64")] };
    expect(choosePlatforms(plain, ["linux/arm64/v8"]).digests).toEqual(["b"]);
  });

  it("has nothing to bring along with a single image, and misses nothing", () => {
    const nothing = { digests: [], platforms: [], missing: [] };
    expect(choosePlatforms({ children: [] }, ["linux/amd64"])).toEqual(nothing);
  });
});

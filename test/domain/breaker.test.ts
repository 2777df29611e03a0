import { describe, expect, it } from "vitest";
import { closed, openUntil, trip } from "../../src/domain/breaker.ts";
import type { Breaker } from "../../src/domain/budget.ts";
import { plusSeconds, secondsBetween, type Timestamp } from "../../src/domain/time.ts";

const now = "2026-11-21T02:00:00.000Z";
const message = "docker.io answered 503";

/** Seconds that it is open after each of so many failures, each made as soon as it may be. */
function waits(failures: number): readonly number[] {
  let held: Breaker | undefined;
  let at: Timestamp = now;
  return Array.from({ length: failures }, () => {
    held = trip(held, at, { message });
    const until = openUntil(held, at) ?? at;
    const seconds = secondsBetween(at, until);
    at = until;
    return seconds;
  });
}

describe("a breaker", () => {
  it("opens for twice as long each time, from half a minute to half an hour", () => {
    expect(waits(9)).toEqual([30, 60, 120, 240, 480, 960, 1800, 1800, 1800]);
  });

  it.each([
    [10, 30],
    [30, 30],
    [31, 31],
    [3600, 3600],
    [1e9, 86_400],
    [Number.NaN, 30],
    [undefined, 30],
  ])("heeds a Retry-After of %s seconds with %i", (retryAfterSeconds, seconds) => {
    expect(trip(undefined, now, { retryAfterSeconds, message })).toEqual({
      kind: "breaker",
      failures: 1,
      until: plusSeconds(now, seconds),
      message,
    });
  });

  it("is open until its instant, and not at it", () => {
    const held = trip(undefined, now, { message });

    expect(openUntil(held, now)).toBe("2026-11-21T02:00:30.000Z");
    expect(openUntil(held, "2026-11-21T02:00:29.999Z")).toBe("2026-11-21T02:00:30.000Z");
    expect(openUntil(held, "2026-11-21T02:00:30.000Z")).toBeUndefined();
    expect(openUntil(undefined, now)).toBeUndefined();
  });

  it("does not count the failures of requests that were under way when it opened", () => {
    const held = trip(undefined, now, { message });
    const later = plusSeconds(now, 1);

    expect(trip(held, later, { message })).toEqual(held);
    expect(trip(held, later, { message, retryAfterSeconds: 60 })).toEqual({
      ...held,
      until: "2026-11-21T02:01:01.000Z",
    });
    expect(trip(held, later, { message, retryAfterSeconds: 5 })).toEqual(held);
  });

  it("begins anew once it was closed", () => {
    const shut = closed(trip(trip(undefined, now, { message }), plusSeconds(now, 40), { message }));

    expect(shut).toEqual({ kind: "breaker", failures: 0 });
    expect(openUntil(shut, now)).toBeUndefined();
    expect(trip(shut, now, { message })).toMatchObject({ failures: 1 });
  });

  it("needs no writing when it is closed already", () => {
    expect(closed(undefined)).toBeUndefined();
    expect(closed({ kind: "breaker", failures: 0 })).toBeUndefined();
  });
});

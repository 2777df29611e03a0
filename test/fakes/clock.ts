import type { Timestamp } from "../../src/domain/time.ts";

/** Time that stands still until a test moves it. */
export interface VirtualClock {
  now(): Timestamp;
  /** Milliseconds since the epoch. */
  milliseconds(): number;
  advance(seconds: number): void;
}

export function virtualClock(start: Timestamp = "2026-11-21T02:00:00.000Z"): VirtualClock {
  let at = Date.parse(start);
  return {
    now: () => new Date(at).toISOString(),
    milliseconds: () => at,
    advance: (seconds) => {
      at += seconds * 1000;
    },
  };
}

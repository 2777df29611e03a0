import type { Heartbeats } from "../../src/domain/report-ports.ts";
import type { Timestamp } from "../../src/domain/time.ts";

export function fakeHeartbeats(): Heartbeats {
  const beats = new Map<string, Timestamp>();
  return {
    async beat(job, at) {
      if (at > (beats.get(job) ?? "")) beats.set(job, at);
    },
    last: async (job) => beats.get(job),
  };
}

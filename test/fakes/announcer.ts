import type { Announcement } from "../../src/domain/announcement.ts";
import { LarderError } from "../../src/domain/errors.ts";
import type { Announcer } from "../../src/domain/rotation-ports.ts";

/** Who is told, in memory. */
export interface FakeAnnouncer extends Announcer {
  /** Told, in order; what was told twice is there twice. */
  readonly told: readonly Announcement[];
  /** The topic cannot be reached for that many calls: all of each call is heard in the log, and then it rejects. */
  fail(times?: number): void;
}

export function fakeAnnouncer(): FakeAnnouncer {
  const told: Announcement[] = [];
  let failing = 0;
  return {
    told,
    fail(times = 1) {
      failing += times;
    },
    async announce(announcements) {
      told.push(...(JSON.parse(JSON.stringify(announcements)) as Announcement[]));
      if (failing === 0) return;
      failing -= 1;
      throw new LarderError("unavailable", {
        code: "ServerBusy",
        message: "Could not publish events: the topic is busy.",
      });
    },
  };
}

import { LarderError } from "../../src/domain/errors.ts";
import type { WorkMessage } from "../../src/domain/messages.ts";
import type { Outbox } from "../../src/domain/ports.ts";
import { plusSeconds, type Timestamp } from "../../src/domain/time.ts";
import type { VirtualClock } from "./clock.ts";

/** A queue in memory. */
export interface FakeQueue<M = WorkMessage> extends Outbox<M> {
  /** Takes every message that is visible now, oldest first; what is taken is gone. */
  take(): readonly M[];
  /** All messages with the instant they become visible, taken ones excepted. */
  waiting(): readonly { readonly message: M; readonly visibleAt: Timestamp }[];
}

export function fakeQueue<M extends object = WorkMessage>(clock: VirtualClock): FakeQueue<M> {
  let held: { readonly message: M; readonly visibleAt: Timestamp }[] = [];
  return {
    async send(message, delaySeconds) {
      if (!(delaySeconds >= 0 && delaySeconds <= 604_800))
        throw new LarderError("invalid", {
          code: "DelayOutOfRange",
          message: `A message can be delayed by 0 to 604800 seconds, not by ${delaySeconds}.`,
        });
      const visibleAt = plusSeconds(clock.now(), Math.ceil(delaySeconds));
      held.push({ message: { ...message }, visibleAt });
    },
    take() {
      const now = clock.now();
      const ready = held.filter(({ visibleAt }) => visibleAt <= now);
      held = held.filter(({ visibleAt }) => visibleAt > now);
      return ready.map(({ message }) => message);
    },
    waiting: () => [...held],
  };
}

import { poisonQueueOf, workQueues } from "../../src/domain/queue-names.ts";
import type { Queues } from "../../src/domain/report-ports.ts";

/** The queues' counts, in memory; none is there before something is put into it. */
export interface FakeQueues extends Queues {
  put(queue: string, messages: number): void;
}

export function fakeQueues(): FakeQueues {
  const held = new Map<string, number>();
  return {
    put: (queue, messages) => void held.set(queue, (held.get(queue) ?? 0) + messages),
    counts: async () =>
      workQueues
        .flatMap((name) => [name, poisonQueueOf(name)])
        .map((queue) => ({ queue, messages: held.get(queue) ?? 0 })),
  };
}

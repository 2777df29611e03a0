import { poisonQueueOf, workQueues } from "../domain/queue-names.ts";
import type { Queues } from "../domain/report-ports.ts";
import { ask } from "./ask.ts";
import { connectQueue } from "./queue.ts";
import { codeOf } from "./sdk-error.ts";
import type { Storage } from "./storage.ts";

/** Counts of the queues of work and of their poison queues, from Queue Storage; makes none. */
export function queueCounts(storage: Storage): Queues {
  const names = workQueues.flatMap((name) => [name, poisonQueueOf(name)]);
  const queues = names.map((queue) => ({ queue, client: connectQueue(storage, queue) }));
  return {
    counts: () =>
      Promise.all(
        queues.map(async ({ queue, client }) => {
          const messages = await ask(`count the messages in ${queue}`, async (abortSignal) => {
            try {
              return (await client.getProperties({ abortSignal })).approximateMessagesCount ?? 0;
            } catch (error) {
              if (codeOf(error) !== "QueueNotFound") throw error;
              return 0;
            }
          });
          return { queue, messages };
        }),
      ),
  };
}

import type { Ports } from "../domain/ports.ts";
import { poisonQueueOf, workQueues } from "../domain/queue-names.ts";
import type { Signal } from "../domain/signal.ts";

const poisonQueues: readonly string[] = workQueues.map(poisonQueueOf);

export async function countQueues({ queues }: Pick<Ports, "queues">): Promise<readonly Signal[]> {
  return (await queues.counts()).map(({ queue, messages }) => {
    const poison = poisonQueues.includes(queue);
    return { name: "QueueCounted", queue, messages, poison };
  });
}

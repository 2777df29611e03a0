import { setTimeout as delay } from "node:timers/promises";
import { QueueClient } from "@azure/storage-queue";
import type { Ports, RefreshMessage } from "../../src/domain/ports.ts";
import { refreshWorkQueue } from "../../src/domain/queue-names.ts";
import { planRefresh } from "../../src/jobs/plan-refresh.ts";
import { refreshRepository } from "../../src/jobs/refresh-repository.ts";

/** What the host does with the queue of refreshes (host.json), in this process. */
export interface Pump {
  /** Works messages off until `over` says so, asked between messages. */
  until(over: () => Promise<boolean>): Promise<void>;
  /** Whether nothing is left in the queue, nor in anybody's hands. */
  idle(): Promise<boolean>;
  readonly failures: readonly string[];
}

const batchSize = 16;
/** As the host's newBatchThreshold: more is fetched when so few are left. */
const fetchBelow = batchSize / 2;
const visibilityTimeout = 300;
const emptyPauseMs = 50;

export function queuePump(ports: Ports, connectionString: string): Pump {
  const queue = new QueueClient(connectionString, refreshWorkQueue);
  const running = new Set<Promise<void>>();
  const failures: string[] = [];
  const work = async (message: RefreshMessage): Promise<void> => {
    if (message.kind === "plan-refresh") await planRefresh(ports, message);
    else await refreshRepository(ports, message);
  };
  const take = async (): Promise<number> => {
    const { receivedMessageItems: items } = await queue.receiveMessages({
      numberOfMessages: batchSize,
      visibilityTimeout,
    });
    for (const { messageText, messageId, popReceipt } of items) {
      const message = JSON.parse(Buffer.from(messageText, "base64").toString()) as RefreshMessage;
      const done = work(message)
        .catch((error: unknown) => void failures.push(String((error as Error).stack ?? error)))
        .then(() => queue.deleteMessage(messageId, popReceipt))
        .then(() => void running.delete(done));
      running.add(done);
    }
    return items.length;
  };
  return {
    failures,
    async until(over) {
      await queue.createIfNotExists();
      while (!(await over())) {
        const taken = running.size <= fetchBelow ? await take() : 0;
        if (running.size > fetchBelow) await Promise.race(running);
        else if (taken === 0) await Promise.race([...running, delay(emptyPauseMs)]);
      }
      await Promise.all(running);
    },
    async idle() {
      if (running.size > 0) return false;
      const { approximateMessagesCount } = await queue.getProperties();
      return approximateMessagesCount === 0;
    },
  };
}

import { setTimeout as delay } from "node:timers/promises";
import { type DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import type { RefreshMessage } from "../../src/domain/messages.ts";
import type { Ports } from "../../src/domain/ports.ts";
import { refreshWorkQueue } from "../../src/domain/queue-names.ts";
import { planRefresh } from "../../src/jobs/plan-refresh.ts";
import { refreshRepository } from "../../src/jobs/refresh-repository.ts";

/** What the host does with the queue of refreshes (host.json), in this process. */
export interface Pump {
  /** Works messages off until `over` says so, asked when none is there. */
  until(over: () => Promise<boolean>): Promise<void>;
  /** Messages worked off so far. */
  messages(): number;
}

const batchSize = 16;
/** As the host's newBatchThreshold: more is fetched when so few are left. */
const fetchBelow = batchSize / 2;
const visibilityTimeout = 300;
const emptyPauseMs = 50;

/** Messages that fail are noted and given up. */
export function queuePump(ports: Ports, connectionString: string, failures: string[]): Pump {
  const queue = new QueueClient(connectionString, refreshWorkQueue);
  const running = new Set<Promise<void>>();
  let messages = 0;
  const work = async (message: RefreshMessage): Promise<void> => {
    if (message.kind === "plan-refresh") await planRefresh(ports, message);
    else await refreshRepository(ports, message);
  };
  const handle = async ({ messageText, messageId, popReceipt }: DequeuedMessageItem) => {
    try {
      await work(JSON.parse(Buffer.from(messageText, "base64").toString()) as RefreshMessage);
    } catch (error) {
      failures.push(String((error as Error).stack ?? error));
    }
    await queue.deleteMessage(messageId, popReceipt);
  };
  const take = async (): Promise<number> => {
    const { receivedMessageItems: items } = await queue.receiveMessages({
      numberOfMessages: batchSize,
      visibilityTimeout,
    });
    messages += items.length;
    for (const item of items) {
      const done = handle(item).finally(() => running.delete(done));
      running.add(done);
    }
    return items.length;
  };
  return {
    messages: () => messages,
    async until(over) {
      await queue.createIfNotExists();
      for (;;) {
        const taken = running.size <= fetchBelow ? await take() : 0;
        if (running.size > fetchBelow) await Promise.race(running);
        else if (running.size > 0) await Promise.race([...running, delay(emptyPauseMs)]);
        else if (taken === 0 && (await over())) return;
        else if (taken === 0) await delay(emptyPauseMs);
      }
    },
  };
}

import { setTimeout as delay } from "node:timers/promises";
import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import { QueueServiceClient } from "@azure/storage-queue";
import { decodeMessage, queueTriggerValue } from "./queue-message.ts";
import type { TriggerValue } from "./trigger-value.ts";

export interface QueueSettings {
  readonly batchSize: number;
  readonly newBatchThreshold: number;
  readonly maxDequeueCount: number;
  /** How long a message stays invisible after a failure. */
  readonly visibilityTimeoutMs: number;
  /** How long a message is invisible while it is worked on; renewed at half time. */
  readonly invisibilityMs: number;
  /** Polling backs off from 100 ms to this. */
  readonly maxPollingIntervalMs: number;
  readonly base64: boolean;
}

export interface QueueDoors {
  readonly functionName: string;
  readonly queueName: string;
  readonly connection: string;
  /** Whether there is a worker to take a message; no message is fetched before. */
  ready(): Promise<boolean>;
  /** Resolves true when the function succeeded. Never rejects. */
  run(value: TriggerValue): Promise<boolean>;
  log(line: string): void;
}

const minPollingMs = 100;

/** Keeps a message invisible while `work` lasts. The receipt changes with each renewal: the last one is returned. */
async function whileHeld(
  queue: QueueClient,
  message: DequeuedMessageItem,
  invisibilityMs: number,
  work: Promise<boolean>,
): Promise<{ readonly succeeded: boolean; readonly receipt: string }> {
  let receipt = message.popReceipt;
  let renewal = Promise.resolve();
  const renew = async () => {
    const seconds = Math.ceil(invisibilityMs / 1000);
    const { messageId, messageText } = message;
    const answer = await queue.updateMessage(messageId, receipt, messageText, seconds);
    receipt = answer.popReceipt ?? receipt;
  };
  const timer = setInterval(() => {
    // A failed renewal is tried again at the next half time; the message is then seen twice at worst.
    renewal = renewal.then(renew).catch(() => {});
  }, invisibilityMs / 2);
  const succeeded = await work;
  clearInterval(timer);
  await renewal;
  return { succeeded, receipt };
}

/** What becomes of one message (WebJobs SDK, QueueProcessor.cs). */
function processor(queue: QueueClient, poison: QueueClient, settings: QueueSettings) {
  const giveUp = async (message: DequeuedMessageItem, receipt: string) => {
    await poison.createIfNotExists();
    await poison.sendMessage(message.messageText);
    await queue.deleteMessage(message.messageId, receipt);
  };
  return async (message: DequeuedMessageItem, doors: QueueDoors): Promise<void> => {
    const text = decodeMessage(message.messageText, settings.base64);
    if (text === undefined || message.dequeueCount > settings.maxDequeueCount) {
      doors.log(`[error] Message ${message.messageId} goes to ${poison.name} unseen.`);
      return giveUp(message, message.popReceipt);
    }
    const work = doors.run(queueTriggerValue(doors.functionName, text, message));
    const { succeeded, receipt } = await whileHeld(queue, message, settings.invisibilityMs, work);
    if (succeeded) {
      await queue.deleteMessage(message.messageId, receipt);
    } else if (message.dequeueCount >= settings.maxDequeueCount) {
      doors.log(`[error] Message ${message.messageId} goes to ${poison.name}.`);
      await giveUp(message, receipt);
    } else {
      const seconds = Math.ceil(settings.visibilityTimeoutMs / 1000);
      await queue.updateMessage(message.messageId, receipt, message.messageText, seconds);
    }
  };
}

/** Fetches and works until stopped; a new batch is fetched once few enough messages are in work. */
async function listen(
  queue: QueueClient,
  doors: QueueDoors,
  settings: QueueSettings,
  stopping: AbortSignal,
  work: (message: DequeuedMessageItem) => Promise<void>,
): Promise<void> {
  const inWork = new Set<Promise<void>>();
  const report = (error: unknown) => doors.log(`[error] Queue ${queue.name}: ${String(error)}`);
  const fetchSome = async (): Promise<number> => {
    if (!(await doors.ready()) || stopping.aborted) return 0;
    const { receivedMessageItems } = await queue.receiveMessages({
      numberOfMessages: settings.batchSize,
      visibilityTimeout: Math.ceil(settings.invisibilityMs / 1000),
    });
    for (const message of receivedMessageItems) {
      const done: Promise<void> = work(message)
        .catch(report)
        .finally(() => inWork.delete(done));
      inWork.add(done);
    }
    return receivedMessageItems.length;
  };
  let wait = minPollingMs;
  while (!stopping.aborted) {
    const taken = await fetchSome().catch((error: unknown) => (report(error), 0));
    while (inWork.size > settings.newBatchThreshold) await Promise.race(inWork);
    wait = taken > 0 ? minPollingMs : Math.min(wait * 2, settings.maxPollingIntervalMs);
    if (taken === 0) await delay(wait, undefined, { signal: stopping }).catch(() => undefined);
  }
  await Promise.all(inWork);
}

/**
 * Listens to one queue, creating it when it is missing. Failures of the storage are logged and tried again.
 * Returns how to stop: no new message is taken, those in work are finished.
 */
export async function startQueue(
  doors: QueueDoors,
  settings: QueueSettings,
): Promise<{ stop(): Promise<void> }> {
  const service = QueueServiceClient.fromConnectionString(doors.connection);
  const queue = service.getQueueClient(doors.queueName);
  await queue.createIfNotExists();
  const work = processor(queue, service.getQueueClient(`${doors.queueName}-poison`), settings);
  const stopping = new AbortController();
  const listening = listen(queue, doors, settings, stopping.signal, (message) =>
    work(message, doors),
  );
  return {
    async stop() {
      stopping.abort();
      await listening;
    },
  };
}

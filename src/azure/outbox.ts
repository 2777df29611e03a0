import { LarderError } from "../domain/errors.ts";
import type { Outbox } from "../domain/ports.ts";
import { ask } from "./ask.ts";
import { connectQueue } from "./queue.ts";
import { codeOf } from "./sdk-error.ts";
import type { Storage } from "./storage.ts";

const longestDelay = 604_800;

/**
 * Messages to the worker of a queue, through Queue Storage. The text is base64 because that is what the host
 * decodes (host.json, `messageEncoding`). A queue that is not there yet is made on the first send.
 */
export function outbox<M>(storage: Storage, name: string): Outbox<M> {
  const queue = connectQueue(storage, name);
  return {
    async send(message, delaySeconds) {
      if (!(delaySeconds >= 0 && delaySeconds <= longestDelay)) throw badDelay(delaySeconds);
      const text = Buffer.from(JSON.stringify(message)).toString("base64");
      const visibilityTimeout = Math.ceil(delaySeconds);
      await ask(`enqueue work in ${name}`, async (abortSignal) => {
        // Without an end: the default of 7 days would not outlive the longest delay.
        const options = { visibilityTimeout, messageTimeToLive: -1, abortSignal };
        try {
          await queue.sendMessage(text, options);
        } catch (error) {
          if (codeOf(error) !== "QueueNotFound") throw error;
          await queue.createIfNotExists({ abortSignal });
          await queue.sendMessage(text, options);
        }
      });
    },
  };
}

function badDelay(seconds: number): LarderError {
  return new LarderError("invalid", {
    code: "DelayOutOfRange",
    message: `A message can be delayed by 0 to ${longestDelay} seconds, not by ${seconds}.`,
  });
}

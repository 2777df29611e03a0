import type { DequeuedMessageItem } from "@azure/storage-queue";
import { netTime } from "./timer-status.ts";
import type { TriggerValue } from "./trigger-value.ts";
import { systemMetadata } from "./trigger-value.ts";

/** The text of a message; undefined when it should be base64 and is not. */
export function decodeMessage(raw: string, base64: boolean): string | undefined {
  if (!base64) return raw;
  const strict = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
  return strict.test(raw) ? Buffer.from(raw, "base64").toString("utf8") : undefined;
}

/**
 * A message as the function gets it (metadata: facts/functions.md section 1.5). The library parses a text that
 * is JSON, so "123" becomes a number.
 */
export function queueTriggerValue(
  functionName: string,
  text: string,
  message: DequeuedMessageItem,
): TriggerValue {
  const time = (at: Date) => ({ json: JSON.stringify(netTime(at.getTime())) });
  return {
    value: { string: text },
    triggerMetadata: {
      queueTrigger: { string: text },
      dequeueCount: { json: String(message.dequeueCount) },
      id: { string: message.messageId },
      popReceipt: { string: message.popReceipt },
      insertionTime: time(message.insertedOn),
      expirationTime: time(message.expiresOn),
      nextVisibleTime: time(message.nextVisibleOn),
      sys: systemMetadata(functionName),
    },
  };
}

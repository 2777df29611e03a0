import type { InvocationContext, StorageQueueFunctionOptions } from "@azure/functions";
import * as z from "zod";
import type { Ports } from "../domain/ports.ts";
import { maxDequeueCount, ruleWorkQueue } from "../domain/queue-names.ts";
import { convergeRule } from "../jobs/converge-rule.ts";

const workMessage = z.object({
  kind: z.literal("converge-rule"),
  registry: z.string().min(1),
  name: z.string().min(1),
});

/** Works off the queue of rules to converge. A message that cannot be read throws, so that it ends in the poison queue. */
export function ruleWork(ports: () => Ports): StorageQueueFunctionOptions {
  return {
    queueName: ruleWorkQueue,
    connection: "LarderStorage",
    async handler(entry: unknown, context: InvocationContext) {
      const { success, data, error } = workMessage.safeParse(entry);
      if (!success) throw new Error(`The message cannot be read. ${z.prettifyError(error)}`);
      const tries = Number(context.triggerMetadata?.["dequeueCount"] ?? 1);
      context.log(await convergeRule(ports(), data, tries >= maxDequeueCount));
    },
  };
}

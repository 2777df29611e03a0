import type { InvocationContext, StorageQueueFunctionOptions } from "@azure/functions";
import * as z from "zod";
import type { RotationMessage } from "../domain/messages.ts";
import type { Ports } from "../domain/ports.ts";
import { rotationWorkQueue } from "../domain/queue-names.ts";
import { rotateCredentialSet } from "../jobs/rotate-credential-set.ts";

const rotationMessage: z.ZodType<RotationMessage> = z.object({
  kind: z.literal("rotate-credential-set"),
  registry: z.string().min(1),
  name: z.string().min(1),
});

/** Works off the queue of credential sets. A message that cannot be read throws, so that it ends in the poison queue. */
export function rotationWork(ports: () => Ports): StorageQueueFunctionOptions {
  return {
    queueName: rotationWorkQueue,
    connection: "LarderStorage",
    async handler(entry: unknown, context: InvocationContext) {
      const { success, data, error } = rotationMessage.safeParse(entry);
      if (!success) throw new Error(`The message cannot be read. ${z.prettifyError(error)}`);
      context.log(await rotateCredentialSet(ports(), data));
    },
  };
}

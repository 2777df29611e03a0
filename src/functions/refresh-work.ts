import type { InvocationContext, StorageQueueFunctionOptions } from "@azure/functions";
import * as z from "zod";
import type { RefreshMessage } from "../domain/messages.ts";
import type { Ports } from "../domain/ports.ts";
import { refreshWorkQueue } from "../domain/queue-names.ts";
import { planRefresh } from "../jobs/plan-refresh.ts";
import { refreshRepository } from "../jobs/refresh-repository.ts";

const name = z.string().min(1);

const refreshMessage: z.ZodType<RefreshMessage> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("plan-refresh"), registry: name, refresh: name }),
  z.object({
    kind: z.literal("refresh-repository"),
    registry: name,
    repository: name,
    refresh: name.optional(),
    partialCatalog: z.literal(true).optional(),
  }),
]);

/** Works off the queue of repositories to refresh. A message that cannot be read throws, so that it ends in the poison queue. */
export function refreshWork(ports: () => Ports): StorageQueueFunctionOptions {
  return {
    queueName: refreshWorkQueue,
    connection: "LarderStorage",
    async handler(entry: unknown, context: InvocationContext) {
      const { success, data, error } = refreshMessage.safeParse(entry);
      if (!success) throw new Error(`The message cannot be read. ${z.prettifyError(error)}`);
      const done =
        data.kind === "plan-refresh"
          ? planRefresh(ports(), data)
          : refreshRepository(ports(), data);
      context.log(await done);
    },
  };
}

import { TableClient, TableServiceClient } from "@azure/data-tables";
import { QueueServiceClient } from "@azure/storage-queue";
import type { App } from "./app.ts";

/** Current value of a secret of the stand-in's vault; "" when there is none. */
export function secretValue(app: App, name: string): string {
  const read = app.standIn.vault.reader.readAs(
    app.standIn.identity.appPrincipalId,
    `${app.standIn.urls.vault}/secrets/${name}`,
  );
  return "value" in read ? read.value : "";
}

/** Every row of every table, a line each. */
export async function tableRows(app: App): Promise<string> {
  const options = { allowInsecureConnection: true };
  const rows: string[] = [];
  for await (const { name = "" } of TableServiceClient.fromConnectionString(
    app.standIn.storage,
    options,
  ).listTables())
    for await (const row of TableClient.fromConnectionString(
      app.standIn.storage,
      name,
      options,
    ).listEntities())
      rows.push(JSON.stringify(row));
  return rows.join("\n");
}

/** Messages that nobody took yet, or that nobody could take: one bad message is put there to be found. */
export async function queueMessages(app: App): Promise<string> {
  const service = QueueServiceClient.fromConnectionString(app.standIn.storage);
  const found: string[] = [];
  for await (const { name } of service.listQueues()) {
    const queue = service.getQueueClient(name);
    found.push(name);
    const { peekedMessageItems } = await queue.peekMessages({ numberOfMessages: 32 });
    for (const { messageText } of peekedMessageItems)
      found.push(messageText, Buffer.from(messageText, "base64").toString());
  }
  return found.join("\n");
}

import { odata, type TransactionAction } from "@azure/data-tables";
import { isReason } from "../domain/errors.ts";
import type { Timestamp } from "../domain/time.ts";
import { ifThere } from "./ask.ts";
import { endOf, historyBefore, historyPrefix, operationPrefix, partitionOf } from "./rule-keys.ts";
import type { Table } from "./table.ts";

/** The most a transaction takes (facts/functions.md section 5). */
const batch = 100;

/** Deletes old operations and history of a registry, see HistoryStore.prune. Killed midway, the next run goes on. */
export async function pruneTable(
  table: Table,
  registry: string,
  before: { readonly operations: Timestamp; readonly history: Timestamp },
): Promise<number> {
  const partitionKey = partitionOf(registry);
  const inPartition = odata`PartitionKey eq ${partitionKey}`;
  const rowKeys = [
    ...(await readKeys(
      table,
      `${inPartition} and ${odata`RowKey ge ${operationPrefix} and RowKey lt ${endOf(operationPrefix)} and updatedAt lt ${before.operations}`}`,
    )),
    ...(await readKeys(
      table,
      `${inPartition} and ${odata`RowKey ge ${historyBefore(before.history)} and RowKey lt ${endOf(historyPrefix)}`}`,
    )),
  ];
  let gone = 0;
  for (let at = 0; at < rowKeys.length; at += batch)
    gone += await deleteRows(table, partitionKey, rowKeys.slice(at, at + batch));
  return gone;
}

function readKeys(table: Table, filter: string): Promise<readonly string[]> {
  return table.ask("find old rows", async (client, abortSignal) => {
    const found: string[] = [];
    const queryOptions = { filter, select: ["RowKey"] };
    for await (const { rowKey } of client.listEntities({ queryOptions, abortSignal }))
      if (rowKey !== undefined) found.push(rowKey);
    return found;
  });
}

/** All at once; one by one when another prune was quicker with one of them. */
async function deleteRows(
  table: Table,
  partitionKey: string,
  rowKeys: readonly string[],
): Promise<number> {
  const actions: TransactionAction[] = rowKeys.map((rowKey) => [
    "delete",
    { partitionKey, rowKey },
  ]);
  try {
    await table.ask("delete old rows", (client, abortSignal) =>
      client.submitTransaction(actions, { abortSignal }),
    );
    return rowKeys.length;
  } catch (error) {
    if (!isReason(error, "missing")) throw error;
  }
  let gone = 0;
  for (const rowKey of rowKeys) {
    const deleted = await ifThere(
      table.ask("delete an old row", (client, abortSignal) =>
        client.deleteEntity(partitionKey, rowKey, { abortSignal }),
      ),
    );
    if (deleted) gone += 1;
  }
  return gone;
}

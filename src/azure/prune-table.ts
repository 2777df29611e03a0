import { odata, type TransactionAction } from "@azure/data-tables";
import { isReason } from "../domain/errors.ts";
import type { Timestamp } from "../domain/time.ts";
import { ifThere } from "./ask.ts";
import { pages } from "./pages.ts";
import { endOf, historyBefore, historyPrefix, operationPrefix, partitionOf } from "./rule-keys.ts";
import type { Table } from "./table.ts";

/** The most a transaction takes (facts/functions.md section 5); pages are as large. */
const batch = 100;
/** The most rows that go in one run, so that a large backlog does not hold up the rest of it. */
const mostRows = 1000;

/** Statuses after which an operation is never touched again; see `isFinal`. */
const ended = "(status eq 'Succeeded' or status eq 'Failed' or status eq 'Canceled')";

/**
 * Deletes ended operations and history of a registry, see HistoryStore.prune; at most 1,000 rows,
 * page by page while they are read. The next run goes on, also after one that was killed midway.
 */
export async function pruneTable(
  table: Table,
  registry: string,
  before: { readonly operations: Timestamp; readonly history: Timestamp },
): Promise<number> {
  const partitionKey = partitionOf(registry);
  const inPartition = odata`PartitionKey eq ${partitionKey}`;
  const filters = [
    `${inPartition} and ${odata`RowKey ge ${operationPrefix} and RowKey lt ${endOf(operationPrefix)} and updatedAt lt ${before.operations}`} and ${ended}`,
    `${inPartition} and ${odata`RowKey ge ${historyBefore(before.history)} and RowKey lt ${endOf(historyPrefix)}`}`,
  ];
  let gone = 0;
  for (const filter of filters)
    for await (const rowKeys of readKeys(table, filter)) {
      gone += await deleteRows(table, partitionKey, rowKeys.slice(0, mostRows - gone));
      if (gone >= mostRows) return gone;
    }
  return gone;
}

async function* readKeys(table: Table, filter: string): AsyncGenerator<readonly string[]> {
  const queryOptions = { filter, select: ["RowKey"] };
  const found = pages((start) =>
    table.ask("find old rows", (client, abortSignal) =>
      client
        .listEntities({ queryOptions, abortSignal })
        .byPage({ ...start, maxPageSize: batch })
        .next(),
    ),
  );
  // A page may be empty and not the last: the service ends it where its time for filtering is up.
  for await (const page of found) {
    const rowKeys = page.flatMap(({ rowKey }) => rowKey ?? []);
    if (rowKeys.length > 0) yield rowKeys;
  }
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

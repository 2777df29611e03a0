import { odata } from "@azure/data-tables";
import type { Timestamp } from "../domain/time.ts";
import { deleteRows } from "./delete-rows.ts";
import { endOf, historyBefore, historyPrefix, operationPrefix, partitionOf } from "./rule-keys.ts";
import type { Table } from "./table.ts";

/** The most rows that go in one run, so that a large backlog does not hold up the rest of it. */
const mostRows = 1000;

/** Statuses after which an operation is never touched again; see `isFinal`. */
export const ended = "(status eq 'Succeeded' or status eq 'Failed' or status eq 'Canceled')";

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
  const what = "delete old rows";
  const operations = {
    what,
    range: { partitionKey, from: operationPrefix, before: endOf(operationPrefix) },
    where: `${odata`updatedAt lt ${before.operations}`} and ${ended}`,
  };
  const from = historyBefore(before.history);
  const history = { what, range: { partitionKey, from, before: endOf(historyPrefix) } };
  const gone = await deleteRows(table, operations, mostRows);
  return gone === mostRows ? gone : gone + (await deleteRows(table, history, mostRows - gone));
}

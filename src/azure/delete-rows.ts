import type { TransactionAction } from "@azure/data-tables";
import { isReason } from "../domain/errors.ts";
import { ifThere } from "./ask.ts";
import { type Query, rowPages } from "./read-rows.ts";
import type { Table } from "./table.ts";

/** The most a transaction takes (facts/functions.md section 5); pages are as large. */
const batch = 100;

/** Deletes the rows of a query, page by page while they are read, at most `most`. Returns how many went. */
export async function deleteRows(table: Table, query: Query, most = Infinity): Promise<number> {
  let gone = 0;
  for await (const page of rowPages(table, { ...query, select: ["RowKey"] }, batch)) {
    const rowKeys = page.flatMap(({ rowKey }) => rowKey ?? []).slice(0, most - gone);
    gone += await deleteKeys(table, query, rowKeys);
    if (gone >= most) return gone;
  }
  return gone;
}

/** All at once; one by one when somebody else was quicker with one of them. */
async function deleteKeys(
  table: Table,
  { what, range: { partitionKey } }: Query,
  rowKeys: readonly string[],
): Promise<number> {
  const actions: TransactionAction[] = rowKeys.map((rowKey) => [
    "delete",
    { partitionKey, rowKey },
  ]);
  try {
    await table.ask(what, (client, abortSignal) =>
      client.submitTransaction(actions, { abortSignal }),
    );
    return rowKeys.length;
  } catch (error) {
    if (!isReason(error, "missing")) throw error;
  }
  let gone = 0;
  for (const rowKey of rowKeys) {
    const deleted = await ifThere(
      table.ask(what, (client, abortSignal) =>
        client.deleteEntity(partitionKey, rowKey, { abortSignal }),
      ),
    );
    if (deleted) gone += 1;
  }
  return gone;
}

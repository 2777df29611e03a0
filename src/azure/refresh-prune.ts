import { odata } from "@azure/data-tables";
import type { Timestamp } from "../domain/time.ts";
import { ifThere } from "./ask.ts";
import { deleteRows } from "./delete-rows.ts";
import { ended } from "./prune-table.ts";
import { readRows } from "./read-rows.ts";
import { progressRange, resultsRange, runsRange } from "./refresh-keys.ts";
import type { Table } from "./table.ts";

/** The most refreshes that go in one run: each may have a row for every tag. */
const mostRefreshes = 10;

/** See RefreshStore.prune. The refresh's own row goes last, so that a killed run goes on with the next. */
export async function pruneRefreshes(
  table: Table,
  registry: string,
  before: Timestamp,
): Promise<number> {
  const what = `prune the refreshes of ${registry}`;
  const range = runsRange(registry);
  const where = `${odata`updatedAt lt ${before}`} and ${ended}`;
  const query = { what, range, where, select: ["RowKey"] };
  let gone = 0;
  for (const { rowKey: id = "" } of await readRows(table, query, mostRefreshes)) {
    for (const rows of [resultsRange(id), progressRange(id)])
      await deleteRows(table, { what, range: rows });
    const run = table.ask(what, (client, abortSignal) =>
      client.deleteEntity(range.partitionKey, id, { abortSignal }),
    );
    if (await ifThere(run)) gone += 1;
  }
  return gone;
}

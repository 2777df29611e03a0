import { odata } from "@azure/data-tables";
import type { HistoryEntry } from "../domain/operation.ts";
import type { HistoryStore } from "../domain/ports.ts";
import { decodeHistory } from "./operation-row.ts";
import { pages } from "./pages.ts";
import { pruneTable } from "./prune-table.ts";
import { endOf, historyPrefix, partitionOf, rulesTable } from "./rule-keys.ts";
import type { Storage } from "./storage.ts";
import { openTable, type Table } from "./table.ts";

/** History, as rules are committed with it, and the broom for old rows. */
export function historyTable(storage: Storage): HistoryStore {
  const table = openTable(storage, rulesTable);
  return {
    async list(registry, { resource, limit, after }) {
      // One more than asked for tells whether there is a next page.
      const rows = await readRows(table, registry, resource, after, limit + 1);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        entries: page.map(({ entry }) => entry),
        ...(rows.length > limit && last && { next: last.key }),
      };
    },
    prune: (registry, before) => pruneTable(table, registry, before),
  };
}

interface HistoryRow {
  readonly key: string;
  readonly entry: HistoryEntry;
}

async function readRows(
  table: Table,
  registry: string,
  resource: string | undefined,
  after: string | undefined,
  count: number,
): Promise<readonly HistoryRow[]> {
  const start = after !== undefined && after > historyPrefix ? after : historyPrefix;
  const range = odata`PartitionKey eq ${partitionOf(registry)} and RowKey gt ${start} and RowKey lt ${endOf(historyPrefix)}`;
  const filter =
    resource === undefined ? range : `${range} and ${odata`resource eq ${resource.toLowerCase()}`}`;
  const rows: HistoryRow[] = [];
  // The service may end a page early, and does where it filters; so pages are read until there is enough.
  const found = pages((from) =>
    table.ask(`read the history of ${registry}`, (client, abortSignal) =>
      client
        .listEntities<Record<string, unknown>>({ queryOptions: { filter }, abortSignal })
        .byPage({ ...from, maxPageSize: Math.min(count, 1000) })
        .next(),
    ),
  );
  for await (const page of found) {
    for (const row of page) {
      const key = row.rowKey ?? "";
      if (rows.length < count) rows.push({ key, entry: decodeHistory(row, key) });
    }
    if (rows.length >= count) break;
  }
  return rows;
}

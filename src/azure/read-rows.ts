import { odata } from "@azure/data-tables";
import { pages } from "./pages.ts";
import type { Table } from "./table.ts";

/** Keys of one partition. */
export interface KeyRange {
  readonly partitionKey: string;
  /** The first that belongs to it. */
  readonly from: string;
  /** The first that does not. */
  readonly before: string;
}

/** The first key that can follow another: "!" is less than every sign that one of ours goes on with. */
export const keyAfter = (key: string) => `${key}!`;

export interface Row extends Readonly<Record<string, unknown>> {
  readonly etag?: string;
  readonly rowKey?: string;
}

/** What to read: every row of a range, or those that a condition on columns lets through. */
export interface Query {
  /** Completes "Could not …". */
  readonly what: string;
  readonly range: KeyRange;
  /** An OData condition; its values are quoted with `odata`. */
  readonly where?: string | undefined;
  /** Columns; all when absent. */
  readonly select?: string[];
}

/** Rows by key, page by page; at most a thousand on each, or `pageSize`. */
export async function* rowPages(
  table: Table,
  { what, range, where, select }: Query,
  pageSize = 1000,
): AsyncGenerator<readonly Row[]> {
  const { partitionKey, from, before } = range;
  const keys = odata`PartitionKey eq ${partitionKey} and RowKey ge ${from} and RowKey lt ${before}`;
  const filter = where === undefined ? keys : `${keys} and ${where}`;
  const queryOptions = select ? { filter, select } : { filter };
  const found = pages((start) =>
    table.ask(what, (client, abortSignal) =>
      client
        .listEntities<Record<string, unknown>>({ queryOptions, abortSignal })
        .byPage({ ...start, maxPageSize: Math.min(pageSize, 1000) })
        .next(),
    ),
  );
  // A page may be empty and not the last: the service ends it where its time for filtering is up.
  for await (const page of found) if (page.length > 0) yield page;
}

/** The first `count` rows, all when absent. */
export async function readRows(table: Table, query: Query, count = Infinity): Promise<Row[]> {
  const rows: Row[] = [];
  if (count <= 0) return rows;
  for await (const page of rowPages(table, query, count)) {
    rows.push(...page);
    if (rows.length >= count) return rows.slice(0, count);
  }
  return rows;
}

/** `limit` rows of what a caller pages through. `after` is an earlier `next`; any other text does no harm. */
export async function readPage(
  table: Table,
  query: Query,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<{ readonly rows: readonly Row[]; readonly next?: string }> {
  const { range: all } = query;
  const from = after === undefined ? "" : keyAfter(after.toWellFormed());
  const range = from > all.from ? { ...all, from } : all;
  // One more than asked for tells whether there is a next page.
  const found = await readRows(table, { ...query, range }, limit + 1);
  const rows = found.slice(0, limit);
  const next = rows.at(-1)?.rowKey;
  return { rows, ...(found.length > limit && next !== undefined && { next }) };
}

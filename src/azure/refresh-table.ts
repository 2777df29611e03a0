import { odata } from "@azure/data-tables";
import { LarderError } from "../domain/errors.ts";
import type { Stored } from "../domain/ports.ts";
import type { Refresh } from "../domain/refresh.ts";
import type { RefreshStore } from "../domain/refresh-ports.ts";
import { ifThere } from "./ask.ts";
import { movedMeanwhile } from "./moved-meanwhile.ts";
import { readPage, readRows } from "./read-rows.ts";
import { progressRange, refreshesTable, resultsRange, runKey, runsRange } from "./refresh-keys.ts";
import { planRefresh, readProgress, recordResults, resultsOf } from "./refresh-progress.ts";
import { pruneRefreshes } from "./refresh-prune.ts";
import { decodeProgress, decodeRefresh, decodeResult, encodeRefresh } from "./refresh-row.ts";
import type { Storage } from "./storage.ts";
import { openTable, type Table } from "./table.ts";

/** Refreshes on demand in Table Storage; refresh-keys tells how the table is laid out. */
export function refreshTable(storage: Storage): RefreshStore {
  const table = openTable(storage, refreshesTable);
  return {
    async create(refresh) {
      await write(table, refresh, undefined);
    },
    get: (id) => read(table, id),
    update: (refresh, etag) => write(table, refresh, etag),
    async open(registry) {
      const what = `read the open refreshes of ${registry}`;
      const where = odata`(status eq ${"NotStarted"} or status eq ${"Running"})`;
      const rows = await readRows(table, { what, range: runsRange(registry), where });
      return rows.map(decodeRefresh);
    },
    plan: (id, repositories, now) => planRefresh(table, id, repositories, now),
    async progress(id) {
      const what = `read the progress of refresh ${id}`;
      return (await readRows(table, { what, range: progressRange(id) })).map(decodeProgress);
    },
    progressOf: (id, repository) => readProgress(table, id, repository),
    record: (id, progress, results) => recordResults(table, id, progress, results),
    resultsOf: (id, repository, tags) => resultsOf(table, id, repository, tags),
    async results(id, { status, ...page }) {
      const where = status && odata`status eq ${status}`;
      const query = { what: `read the results of refresh ${id}`, range: resultsRange(id), where };
      const { rows, ...rest } = await readPage(table, query, page);
      return { results: rows.map(decodeResult), ...rest };
    },
    prune: (registry, before) => pruneRefreshes(table, registry, before),
  };
}

async function read(table: Table, id: string): Promise<Stored<Refresh> | undefined> {
  const key = runKey(id);
  if (!key) return undefined;
  const row = await ifThere(
    table.ask(`read refresh ${id}`, (client, abortSignal) =>
      client.getEntity<Record<string, unknown>>(key.partitionKey, key.rowKey, { abortSignal }),
    ),
  );
  return row && { value: decodeRefresh(row), etag: row.etag };
}

/** The new ETag; `stale` when the row is not as it was read, or there is one where none should be. */
async function write(table: Table, refresh: Refresh, etag: string | undefined): Promise<string> {
  const { id } = refresh.operation;
  const row = { ...requireKey(id), ...encodeRefresh(refresh) };
  const answer = await table.ask(`record refresh ${id}`, async (client, abortSignal) => {
    try {
      if (etag === undefined) return await client.createEntity(row, { abortSignal });
      return await client.updateEntity(row, "Replace", { etag, abortSignal });
    } catch (error) {
      if (!movedMeanwhile(error)) throw error;
      throw new LarderError("stale", {
        code: "RefreshChanged",
        message: `Refresh ${id} changed meanwhile. Read it again.`,
        target: id,
      });
    }
  });
  return answer.etag ?? "";
}

function requireKey(id: string) {
  const key = runKey(id);
  if (key) return key;
  throw new LarderError("invalid", {
    code: "OperationIdInvalid",
    message: `"${id}" cannot be the id of a refresh.`,
  });
}

import type { TransactionAction } from "@azure/data-tables";
import { isReason, LarderError } from "../domain/errors.ts";
import type { RefreshProgress, RefreshResult } from "../domain/refresh.ts";
import type { Timestamp } from "../domain/time.ts";
import { ifThere } from "./ask.ts";
import { type Row, readRows } from "./read-rows.ts";
import { progressKey, progressRange, resultKey, resultsBetween } from "./refresh-keys.ts";
import { decodeProgress, decodeResult, encodeProgress, encodeResult } from "./refresh-row.ts";
import type { Table } from "./table.ts";

/** The most a transaction takes (facts/functions.md section 5). */
const batch = 100;
/** How often it looks anew for rows that another plan of the same refresh made meanwhile. */
const rounds = 5;

/** See RefreshStore.plan. Rows are created, never replaced: a worker may have begun with them. */
export async function planRefresh(
  table: Table,
  id: string,
  repositories: readonly string[],
  now: Timestamp,
): Promise<void> {
  for (let round = 1; ; round += 1) {
    const what = `plan refresh ${id}`;
    const rows = await readRows(table, { what, range: progressRange(id), select: ["RowKey"] });
    const held = new Set(rows.map(({ rowKey }) => rowKey));
    const missing = [...new Set(repositories)].filter(
      (repository) => !held.has(progressKey(id, repository).rowKey),
    );
    try {
      for (let at = 0; at < missing.length; at += batch)
        await create(table, id, missing.slice(at, at + batch), now);
      return;
    } catch (error) {
      if (!isReason(error, "conflict") || round === rounds) throw error;
    }
  }
}

async function create(
  table: Table,
  id: string,
  repositories: readonly string[],
  now: Timestamp,
): Promise<void> {
  const actions = repositories.map((repository): TransactionAction => {
    const waiting: RefreshProgress = {
      repository,
      status: "waiting",
      passed: false,
      counts: {},
      updatedAt: now,
    };
    return ["create", { ...progressKey(id, repository), ...encodeProgress(waiting) }];
  });
  await table.ask(`plan refresh ${id}`, (client, abortSignal) =>
    client.submitTransaction(actions, { abortSignal }),
  );
}

export async function readProgress(
  table: Table,
  id: string,
  repository: string,
): Promise<RefreshProgress | undefined> {
  const { partitionKey, rowKey } = progressKey(id, repository);
  const row = await ifThere(
    table.ask(
      `read the progress of refresh ${id}`,
      (client, abortSignal): Promise<Row> =>
        client.getEntity(partitionKey, rowKey, { abortSignal }),
    ),
  );
  return row && decodeProgress(row);
}

/** One transaction; see RefreshStore.record. Of two results of one tag the last counts. */
export async function recordResults(
  table: Table,
  id: string,
  progress: RefreshProgress,
  results: readonly RefreshResult[],
): Promise<void> {
  const { repository } = progress;
  const rows = new Map<string, object>();
  const { partitionKey, rowKey } = progressKey(id, repository);
  rows.set(rowKey, encodeProgress(progress));
  for (const one of results) rows.set(resultKey(id, repository, one.tag).rowKey, encodeResult(one));
  if (rows.size > batch)
    throw new LarderError("invalid", {
      code: "ChangeTooLarge",
      message: `${rows.size - 1} results of "${repository}" are more than the ${batch - 1} that can be written together.`,
      target: repository,
    });
  const actions = [...rows].map(
    ([key, row]): TransactionAction => ["upsert", { partitionKey, rowKey: key, ...row }, "Replace"],
  );
  await table.ask(`record what refresh ${id} did in ${repository}`, (client, abortSignal) =>
    client.submitTransaction(actions, { abortSignal }),
  );
}

/** Up to this many tags are read one by one; more are most likely a page of neighbours. */
const fewTags = 10;

/** See RefreshStore.resultsOf; by tag. */
export async function resultsOf(
  table: Table,
  id: string,
  repository: string,
  tags: readonly string[],
): Promise<readonly RefreshResult[]> {
  const what = `read results of refresh ${id}`;
  const sorted = [...new Set(tags)].sort();
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (sorted.length > fewTags) {
    const wanted = new Set(sorted.map((tag) => resultKey(id, repository, tag).rowKey));
    const rows = await readRows(table, {
      what,
      range: resultsBetween(id, repository, first, last),
    });
    return rows.filter(({ rowKey }) => wanted.has(rowKey ?? "")).map(decodeResult);
  }
  const rows = await Promise.all(
    sorted.map((tag) => {
      const { partitionKey, rowKey } = resultKey(id, repository, tag);
      const row = table.ask(
        what,
        (client, abortSignal): Promise<Row> =>
          client.getEntity(partitionKey, rowKey, { abortSignal }),
      );
      return ifThere(row);
    }),
  );
  return rows.flatMap((row) => (row ? [decodeResult(row)] : []));
}

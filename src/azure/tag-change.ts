import type { TransactionAction } from "@azure/data-tables";
import { isReason, LarderError } from "../domain/errors.ts";
import type { TagChange } from "../domain/refresh-ports.ts";
import { ifThere } from "./ask.ts";
import { movedMeanwhile } from "./moved-meanwhile.ts";
import { statusOf } from "./sdk-error.ts";
import type { Table } from "./table.ts";
import { rowKeyOf, stateKey } from "./tag-keys.ts";
import { encodePin, encodeState, encodeSuperseded, encodeTag } from "./tag-row.ts";

/** Beside the state; a transaction takes 100 (facts/functions.md section 5). */
const mostRows = 98;

/**
 * One entity-group transaction; see TagStore.write. A delete of a row that is not there fails the whole
 * transaction (404), so it is made again without such deletes: the state's ETag guards both, hence
 * nobody can have written in between. When the answer to a first try is lost, the second finds
 * the state moved, and the change counts as `stale` though it was made.
 */
export async function writeTags(table: Table, change: TagChange): Promise<string> {
  const { puts, removals } = rowsOf(change);
  if (puts.size + removals.size > mostRows) throw tooLarge(change, puts.size + removals.size);
  try {
    return await submit(table, change, puts, [...removals]);
  } catch (error) {
    if (!isReason(error, "missing")) throw error;
  }
  const present = await presentOf(table, change, [...removals]);
  // With all of them there it is the state's row that is gone.
  if (present.length === removals.size) throw moved(change);
  try {
    return await submit(table, change, puts, present);
  } catch (error) {
    throw isReason(error, "missing") ? moved(change) : error;
  }
}

/** What to write and what to delete, by key; of what is named twice the last word counts. */
function rowsOf({ state, put, remove, pin, unpin, superseded, cleaned }: TagChange) {
  const puts = new Map<string, ReturnType<typeof encodeTag>>();
  const removals = new Set<string>();
  const { repository } = state;
  const write = (key: string, row: ReturnType<typeof encodeTag>) => {
    puts.set(key, row);
    removals.delete(key);
  };
  const erase = (key: string) => {
    puts.delete(key);
    removals.add(key);
  };
  for (const one of put ?? []) write(rowKeyOf("tag", repository, one.tag), encodeTag(one));
  for (const tag of remove ?? []) erase(rowKeyOf("tag", repository, tag));
  if (pin) write(rowKeyOf("pin", repository, pin.tag), encodePin(pin));
  if (unpin !== undefined) erase(rowKeyOf("pin", repository, unpin));
  for (const one of superseded ?? [])
    write(rowKeyOf("superseded", repository, one.digest), encodeSuperseded(one));
  for (const digest of cleaned ?? []) erase(rowKeyOf("superseded", repository, digest));
  return { puts, removals };
}

/** The state first, because its new ETag is read from the first answer and its guard is to fail first. */
async function submit(
  table: Table,
  change: TagChange,
  puts: ReadonlyMap<string, object>,
  removals: readonly string[],
): Promise<string> {
  const { state, etag } = change;
  const key = stateKey(state.registry, state.repository);
  const { partitionKey } = key;
  const row = { ...key, ...encodeState(state) };
  const actions: TransactionAction[] = [
    etag === undefined ? ["create", row] : ["update", row, "Replace", { etag }],
  ];
  for (const [rowKey, columns] of puts)
    actions.push(["upsert", { partitionKey, rowKey, ...columns }, "Replace"]);
  for (const rowKey of removals) actions.push(["delete", { partitionKey, rowKey }]);
  return table.ask(`record the tags of ${state.repository}`, async (client, abortSignal) => {
    try {
      const { subResponses } = await client.submitTransaction(actions, { abortSignal });
      return subResponses[0]?.etag ?? "";
    } catch (error) {
      if (statusOf(error) === 404 && removals.length > 0) throw error;
      throw movedMeanwhile(error) ? moved(change) : error;
    }
  });
}

async function presentOf(
  table: Table,
  { state: { registry, repository } }: TagChange,
  rowKeys: readonly string[],
): Promise<readonly string[]> {
  const { partitionKey } = stateKey(registry, repository);
  const queryOptions = { select: ["RowKey"] };
  const found = await Promise.all(
    rowKeys.map((rowKey) =>
      ifThere(
        table.ask(`look for rows of ${repository}`, (client, abortSignal) =>
          client.getEntity(partitionKey, rowKey, { queryOptions, abortSignal }),
        ),
      ),
    ),
  );
  return rowKeys.filter((_, index) => found[index] !== undefined);
}

function moved({ state: { repository } }: TagChange): LarderError {
  return new LarderError("stale", {
    code: "RepositoryChanged",
    message: `What is known of "${repository}" changed meanwhile. Read it again.`,
    target: repository,
  });
}

function tooLarge({ state: { repository } }: TagChange, rows: number): LarderError {
  return new LarderError("invalid", {
    code: "ChangeTooLarge",
    message: `A change of ${rows} rows of "${repository}" is more than the ${mostRows} that can be written together.`,
    target: repository,
  });
}

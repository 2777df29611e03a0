import { setTimeout as delay } from "node:timers/promises";
import type { Budget } from "../domain/budget.ts";
import { LarderError } from "../domain/errors.ts";
import type { Budgets } from "../domain/refresh-ports.ts";
import { ifThere } from "./ask.ts";
import { decodeBudget, encodeBudget } from "./budget-row.ts";
import { movedMeanwhile } from "./moved-meanwhile.ts";
import { readRows } from "./read-rows.ts";
import type { Storage } from "./storage.ts";
import { openTable, type Table } from "./table.ts";

const partitionKey = "budget";
/** Each round somebody gets through, so this many workers at once do. */
const rounds = 20;

/** One row a key in the table `budgets`. */
export function budgetTable(storage: Storage): Budgets {
  const table = openTable(storage, "budgets");
  const inTurn = turns();
  return {
    get: async (key) => (await read(table, key))?.budget,
    list: () => list(table),
    update: (key, change) => inTurn(key, () => update(table, key, change)),
  };
}

/**
 * Runs what is about one key one after another: workers of one process would only make each other
 * begin anew. Keys that nobody waits for are forgotten.
 */
function turns(): <T>(key: string, act: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, act) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(act);
    const done = turn
      .catch(() => undefined)
      .then(() => {
        if (last.get(key) === done) last.delete(key);
      });
    last.set(key, done);
    return turn;
  };
}

async function update<T>(
  table: Table,
  key: string,
  change: (held: Budget | undefined) => { readonly put?: Budget | undefined; readonly answer: T },
): Promise<T> {
  for (let round = 0; round < rounds; round += 1) {
    const held = await read(table, key);
    const { put, answer } = change(held?.budget);
    if (!put || (await write(table, key, put, held?.etag))) return answer;
    await delay(Math.random() * 20 * (round + 1));
  }
  throw new LarderError("stale", {
    code: "BudgetContended",
    message: `The row "${key}" of the budgets moved ${rounds} times while it was written. Try again.`,
  });
}

const rowKeyOf = (key: string) => encodeURIComponent(key.toWellFormed());

/** Keys begin with a letter. */
const everyKey = { partitionKey, from: "A", before: "~" };

async function list(
  table: Table,
): Promise<readonly { readonly key: string; readonly budget: Budget }[]> {
  const rows = await readRows(table, { what: "read the budgets", range: everyKey });
  return rows.flatMap((row) => {
    const key = keyOf(row.rowKey ?? "");
    const budget = key === undefined ? undefined : decodeBudget(row, key);
    return key !== undefined && budget ? [{ key, budget }] : [];
  });
}

/** undefined for a row key that is none of ours, which must not end every look at the others. */
function keyOf(rowKey: string): string | undefined {
  try {
    return decodeURIComponent(rowKey);
  } catch {
    return undefined;
  }
}

async function read(
  table: Table,
  key: string,
): Promise<{ readonly budget: Budget | undefined; readonly etag: string } | undefined> {
  const row = await ifThere(
    table.ask(`read the budget "${key}"`, (client, abortSignal) =>
      client.getEntity(partitionKey, rowKeyOf(key), { abortSignal }),
    ),
  );
  return row && { budget: decodeBudget(row, key), etag: row.etag };
}

/** False when somebody else wrote the row since it was read. */
function write(
  table: Table,
  key: string,
  budget: Budget,
  etag: string | undefined,
): Promise<boolean> {
  const row = { partitionKey, rowKey: rowKeyOf(key), ...encodeBudget(budget) };
  return table.ask(`write the budget "${key}"`, async (client, abortSignal) => {
    try {
      if (etag === undefined) await client.createEntity(row, { abortSignal });
      else await client.updateEntity(row, "Replace", { etag, abortSignal });
      return true;
    } catch (error) {
      if (movedMeanwhile(error)) return false;
      throw error;
    }
  });
}

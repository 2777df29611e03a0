import { randomBytes } from "node:crypto";
import { odata, type TransactionAction } from "@azure/data-tables";
import { LarderError } from "../domain/errors.ts";
import type { HistoryEntry } from "../domain/operation.ts";
import type { HistoryStore } from "../domain/ports.ts";
import { decodeHistory, encodeHistory } from "./operation-row.ts";
import { pruneTable } from "./prune-table.ts";
import { readPage } from "./read-rows.ts";
import { endOf, historyKey, historyPrefix, partitionOf, rulesTable } from "./rule-keys.ts";
import { codeOf } from "./sdk-error.ts";
import type { Storage } from "./storage.ts";
import { openTable, type Table } from "./table.ts";

/** History, as rules are committed with it or lines are added, and the broom for old rows. */
export function historyTable(storage: Storage): HistoryStore {
  const table = openTable(storage, rulesTable);
  return {
    async list(registry, { resource, ...page }) {
      const [from, before] = [historyPrefix, endOf(historyPrefix)];
      const query = {
        what: `read the history of ${registry}`,
        range: { partitionKey: partitionOf(registry), from, before },
        where: resource === undefined ? undefined : odata`resource eq ${resource.toLowerCase()}`,
      };
      const { rows, ...rest } = await readPage(table, query, page);
      return { entries: rows.map((row) => decodeHistory(row, row.rowKey ?? "")), ...rest };
    },
    append: (registry, entries) => append(table, registry, entries),
    prune: (registry, before) => pruneTable(table, registry, before),
  };
}

/** What a transaction takes (facts/functions.md section 5). */
const mostEntries = 100;

async function append(
  table: Table,
  registry: string,
  entries: readonly HistoryEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  if (entries.length > mostEntries)
    throw new LarderError("invalid", {
      code: "ChangeTooLarge",
      message: `${entries.length} lines of history are more than the ${mostEntries} that can be written together.`,
    });
  const actions = entries.map((entry, index): TransactionAction => {
    // What was written together and at the same instant is listed in its order, too.
    const order = String(mostEntries - index).padStart(3, "0");
    const key = historyKey({ ...entry, registry }, order + randomBytes(6).toString("hex"));
    return ["create", { ...key, ...encodeHistory(entry) }];
  });
  await table.ask(`write the history of ${registry}`, async (client, abortSignal) => {
    try {
      await client.submitTransaction(actions, { abortSignal });
    } catch (error) {
      // Nobody else has these keys: an earlier try wrote them, and its answer was lost.
      if (codeOf(error) !== "EntityAlreadyExists") throw error;
    }
  });
}

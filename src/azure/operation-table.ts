import type { OperationStore } from "../domain/ports.ts";
import { ifThere } from "./ask.ts";
import { decodeOperation } from "./operation-row.ts";
import { operationKey, rulesTable } from "./rule-keys.ts";
import type { Storage } from "./storage.ts";
import { openTable } from "./table.ts";

/** Operations, as rules are committed with them. An id that cannot be one of ours does not exist. */
export function operationTable(storage: Storage): OperationStore {
  const table = openTable(storage, rulesTable);
  return {
    async get(id) {
      const key = operationKey(id);
      if (!key) return undefined;
      const row = await ifThere(
        table.ask(`read operation ${id}`, (client, abortSignal) =>
          client.getEntity(key.partitionKey, key.rowKey, { abortSignal }),
        ),
      );
      return row && decodeOperation(row, key.rowKey);
    },
  };
}

import { isReason, LarderError } from "../domain/errors.ts";
import type { Stored } from "../domain/ports.ts";
import type { RotationRecord } from "../domain/rotation.ts";
import type { RotationStore, UnreadableRotation } from "../domain/rotation-ports.ts";
import { ifThere } from "./ask.ts";
import { movedMeanwhile } from "./moved-meanwhile.ts";
import { type Row, rowPages } from "./read-rows.ts";
import { rotationKey, rotationsRange, rotationsTable } from "./rotation-keys.ts";
import { decodeRotation, encodeRotation } from "./rotation-row.ts";
import { statusOf } from "./sdk-error.ts";
import type { Storage } from "./storage.ts";
import { openTable, type Table } from "./table.ts";

/** Few, because rows are large and the service ends a page at 4 MiB. */
const pageSize = 50;

/** Credential sets that Larder keeps signed in, in Table Storage; rotation-keys tells how the table is laid out. */
export function rotationTable(storage: Storage): RotationStore {
  const table = openTable(storage, rotationsTable);
  return {
    async list(registry) {
      const what = `read the credential sets of ${registry}`;
      const records: Stored<RotationRecord>[] = [];
      const unreadable: UnreadableRotation[] = [];
      const query = { what, range: rotationsRange(registry) };
      for await (const page of rowPages(table, query, pageSize))
        for (const row of page) {
          const read = readRow(row);
          if ("problem" in read) unreadable.push(read);
          else records.push(read);
        }
      return { records, unreadable };
    },
    async get(registry, name) {
      const { partitionKey, rowKey } = rotationKey(registry, name);
      const row = await ifThere(
        table.ask(`read credential set ${name} of ${registry}`, (client, abortSignal) =>
          client.getEntity<Record<string, unknown>>(partitionKey, rowKey, { abortSignal }),
        ),
      );
      return row && toStored(row);
    },
    write: (record, etag) => write(table, record, etag),
    remove: (registry, name, etag) => remove(table, registry, name, etag),
  };
}

const toStored = (row: Row): Stored<RotationRecord> => ({
  value: decodeRotation(row),
  etag: row.etag ?? "",
});

function readRow(row: Row): Stored<RotationRecord> | UnreadableRotation {
  try {
    return toStored(row);
  } catch (error) {
    if (!isReason(error, "refused")) throw error;
    return { name: row.rowKey ?? "", problem: error.problem };
  }
}

async function write(
  table: Table,
  record: RotationRecord,
  etag: string | undefined,
): Promise<string> {
  const { registry, name } = record;
  const row = { ...rotationKey(registry, name), ...encodeRotation(record) };
  const what = `record credential set ${name} of ${registry}`;
  const answer = await table.ask(what, async (client, abortSignal) => {
    try {
      if (etag === undefined) return await client.createEntity(row, { abortSignal });
      return await client.updateEntity(row, "Replace", { etag, abortSignal });
    } catch (error) {
      throw movedMeanwhile(error) ? changed(name) : error;
    }
  });
  return answer.etag ?? "";
}

async function remove(table: Table, registry: string, name: string, etag: string): Promise<void> {
  const { partitionKey, rowKey } = rotationKey(registry, name);
  const deleted = table.ask(`forget credential set ${name} of ${registry}`, (client, abortSignal) =>
    client.deleteEntity(partitionKey, rowKey, { etag, abortSignal }).catch((error: unknown) => {
      throw statusOf(error) === 412 ? changed(name) : error;
    }),
  );
  await ifThere(deleted);
}

function changed(name: string): LarderError {
  return new LarderError("stale", {
    code: "CredentialSetChanged",
    message: `What is recorded of credential set ${name} changed meanwhile. Read it again.`,
    target: name,
  });
}

import { odata } from "@azure/data-tables";
import { LarderError } from "../domain/errors.ts";
import type { Stored } from "../domain/ports.ts";
import type { TagStore } from "../domain/refresh-ports.ts";
import type { RepositoryState } from "../domain/tag.ts";
import { ifThere } from "./ask.ts";
import { deleteRows } from "./delete-rows.ts";
import { movedMeanwhile } from "./moved-meanwhile.ts";
import { type Row, readPage, readRows } from "./read-rows.ts";
import type { Storage } from "./storage.ts";
import { openTable, type Table } from "./table.ts";
import { writeTags } from "./tag-change.ts";
import { rangeOf, stateKey, statesRange, tagsBetween, tagsTable } from "./tag-keys.ts";
import { decodePin, decodeState, decodeSuperseded, decodeTag } from "./tag-row.ts";

/** Repositories and their tags in Table Storage; tag-keys tells how the table is laid out. */
export function tagTable(storage: Storage): TagStore {
  const table = openTable(storage, tagsTable);
  return {
    async states(registry) {
      const what = `read the repositories of ${registry}`;
      return (await readRows(table, { what, range: statesRange(registry) })).map(toStored);
    },
    state: (registry, repository) => readState(table, registry, repository),
    async range(registry, repository, after, through) {
      const range = tagsBetween(registry, repository, after, through);
      return (await readRows(table, { what: `read the tags of ${repository}`, range })).map(
        decodeTag,
      );
    },
    async due(registry, repository, now, limit) {
      const range = rangeOf("tag", registry, repository);
      const where = odata`dueAt le ${now}`;
      const query = { what: `read the due tags of ${repository}`, range, where };
      return (await readRows(table, query, limit)).map(decodeTag);
    },
    async list(registry, { repository, status, ...page }) {
      const range = rangeOf("tag", registry, repository);
      const where = status && odata`status eq ${status}`;
      const query = { what: `list the tags of ${repository ?? registry}`, range, where };
      const { rows, ...rest } = await readPage(table, query, page);
      return { tags: rows.map(decodeTag), ...rest };
    },
    async pins(registry, repository) {
      const range = rangeOf("pin", registry, repository);
      return (await readRows(table, { what: `read the pins of ${repository}`, range })).map(
        decodePin,
      );
    },
    async superseded(registry, repository) {
      const what = `read the superseded manifests of ${repository}`;
      const range = rangeOf("superseded", registry, repository);
      return (await readRows(table, { what, range })).map(decodeSuperseded);
    },
    write: (change) => writeTags(table, change),
    forget: (registry, repository) => forget(table, registry, repository),
  };
}

async function readState(
  table: Table,
  registry: string,
  repository: string,
): Promise<Stored<RepositoryState> | undefined> {
  const { partitionKey, rowKey } = stateKey(registry, repository);
  const row = await ifThere(
    table.ask(`read the state of ${repository}`, (client, abortSignal) =>
      client.getEntity<Record<string, unknown>>(partitionKey, rowKey, { abortSignal }),
    ),
  );
  return row && toStored(row);
}

const toStored = (row: Row): Stored<RepositoryState> => ({
  value: decodeState(row),
  etag: row.etag ?? "",
});

/** How often it begins anew when somebody writes to the repository meanwhile. */
const rounds = 3;

/** The state last, so that whoever is killed midway finds the repository again; see TagStore.forget. */
async function forget(table: Table, registry: string, repository: string): Promise<void> {
  const what = `forget ${repository}`;
  for (let round = 0; round < rounds; round += 1) {
    const etag = await readStateTag(table, registry, repository);
    for (const kind of ["tag", "pin", "superseded"] as const)
      await deleteRows(table, { what, range: rangeOf(kind, registry, repository) });
    if (etag === undefined || (await deleteState(table, registry, repository, etag))) return;
  }
  throw new LarderError("stale", {
    code: "RepositoryChanged",
    message: `"${repository}" changed ${rounds} times while it was to be forgotten.`,
    target: repository,
  });
}

/** Not decoded: what cannot be read can be forgotten, too. */
async function readStateTag(table: Table, registry: string, repository: string) {
  const { partitionKey, rowKey } = stateKey(registry, repository);
  const row = await ifThere(
    table.ask(`forget ${repository}`, (client, abortSignal) =>
      client.getEntity(partitionKey, rowKey, { abortSignal }),
    ),
  );
  return row?.etag;
}

/** False when it moved since it was read. */
function deleteState(
  table: Table,
  registry: string,
  repository: string,
  etag: string,
): Promise<boolean> {
  const { partitionKey, rowKey } = stateKey(registry, repository);
  return table.ask(`forget ${repository}`, async (client, abortSignal) => {
    try {
      await client.deleteEntity(partitionKey, rowKey, { etag, abortSignal });
      return true;
    } catch (error) {
      if (movedMeanwhile(error)) return false;
      throw error;
    }
  });
}

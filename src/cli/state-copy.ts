import type { TableClient, TableEntity } from "@azure/data-tables";

/*
 * Larder's state as a text, a row a line, and back: for a backup, or a move to another place.
 * The last line is {"end":N} with the number of rows: a text that was cut off is not taken for a whole one.
 * The tables hold no secret.
 */

/** What cannot be found again elsewhere. Budgets and heartbeats are learnt anew within minutes. */
const keptTables = ["rules", "rotations", "tags", "refreshes"] as const;

/** Opens a table of one storage account. */
export type OpenTable = (name: string) => TableClient;

/** Every row of the kept tables as a line of JSON with its types, then the end mark; a table that is not there has no rows. */
export async function* readState(open: OpenTable): AsyncGenerator<string> {
  let count = 0;
  for (const name of keptTables) {
    const client = open(name);
    // Text and numbers keep the types that the service gave them.
    const rows = client.listEntities({ disableTypeConversion: true });
    try {
      for await (const row of rows) {
        count += 1;
        yield JSON.stringify({ table: name, row: plain(row) });
      }
    } catch (error) {
      if (codeOf(error) !== "TableNotFound") throw error;
    }
  }
  yield JSON.stringify({ end: count });
}

/**
 * Writes lines of `readState` into an account whose kept tables are empty; answers how many. Rejects with a
 * sentence before anything is written where one is not, or the lines are not whole: an old record over a newer one would have a token renewed
 * or revoked that is none of its business any more. Begun again after an interruption with `goOn`, it leaves rows
 * that are there as they are.
 */
export async function writeState(
  open: OpenTable,
  lines: readonly string[],
  { goOn }: { readonly goOn: boolean },
): Promise<number> {
  const rows = readLines(lines.filter((line) => line.trim() !== ""));
  for (const name of keptTables) {
    await open(name).createTable();
    if (!goOn && !(await isEmpty(open(name))))
      throw new Error(
        `Table "${name}" has rows already. Restore into an empty account; or, if a restore was interrupted, go on with --go-on.`,
      );
  }
  let written = 0;
  for (const { table, row } of rows) if (await create(open(table), row)) written += 1;
  return written;
}

interface Line {
  readonly table: (typeof keptTables)[number];
  readonly row: TableEntity;
}

function readLines(lines: readonly string[]): readonly Line[] {
  const { end } = (parse(lines.at(-1) ?? "") ?? {}) as { readonly end?: unknown };
  if (typeof end !== "number")
    throw new Error(
      "The backup is cut off: its last line does not tell the number of rows. Nothing was written.",
    );
  const rows = lines.slice(0, -1).map(readLine);
  if (rows.length === end) return rows;
  throw new Error(
    `The backup has ${rows.length} rows, and its last line tells of ${end}. Nothing was written.`,
  );
}

function readLine(line: string, index: number): Line {
  const read = parse(line) as Partial<Line> | undefined;
  const table = keptTables.find((name) => name === read?.table);
  const { partitionKey, rowKey } = read?.row ?? {};
  if (table !== undefined && read?.row && partitionKey !== undefined && rowKey !== undefined)
    return { table, row: read.row };
  throw new Error(`Line ${index + 1} is no row of a backup. Nothing was written.`);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function isEmpty(client: TableClient): Promise<boolean> {
  for await (const _row of client.listEntities({ queryOptions: { select: ["RowKey"] } }))
    return false;
  return true;
}

/** False where it is there already. */
async function create(client: TableClient, row: TableEntity): Promise<boolean> {
  try {
    await client.createEntity(row);
    return true;
  } catch (error) {
    if (codeOf(error) !== "EntityAlreadyExists") throw error;
    return false;
  }
}

/** What the service itself sets is left out. */
function plain(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { etag: _etag, timestamp: _timestamp, "odata.metadata": _metadata, ...rest } = row;
  return rest;
}

function codeOf(error: unknown): string | undefined {
  const { details } = error as { details?: { odataError?: { code?: string } } };
  return details?.odataError?.code;
}

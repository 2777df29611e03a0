import { type Ordered, ordered } from "../local/acr/ordered.ts";
import { keyBounds, type LightRow, tableFilter } from "./light-table-filter.ts";

export interface TableAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Operation {
  readonly method: string;
  /** "/account/table(PartitionKey='a',RowKey='b')", escaped as it came. */
  readonly path: string;
  readonly ifMatch: string | undefined;
  readonly body: string;
}

/** What speaks against a change, and the change itself, which answers. */
interface Change {
  readonly problem: TableAnswer | undefined;
  apply(): TableAnswer;
}

export interface LightRows {
  change(operation: Operation): Change;
  read(path: string, query: URLSearchParams): TableAnswer;
}

interface Partition {
  readonly rows: Map<string, LightRow>;
  readonly keys: Ordered;
}

const problem = (status: number, code: string): TableAnswer => ({
  status,
  body: { "odata.error": { code, message: { lang: "en-US", value: code } } },
});

/** Rows by table, partition and row key. */
export function lightRows(): LightRows {
  const partitions = new Map<string, Partition>();
  let versions = 0;
  const partitionOf = (table: string, key: string): Partition => {
    const name = `${table} ${key}`;
    const found = partitions.get(name) ?? { rows: new Map(), keys: ordered([]) };
    partitions.set(name, found);
    return found;
  };
  return {
    change({ method, path, ifMatch, body }) {
      const given = (body === "" ? {} : JSON.parse(body)) as LightRow;
      const { table, partitionKey, rowKey } = named(path, given);
      const { rows, keys } = partitionOf(table, partitionKey);
      const held = rows.get(rowKey);
      return {
        problem: whyNot(method, ifMatch, held),
        apply() {
          if (method === "DELETE") {
            rows.delete(rowKey);
            keys.remove(rowKey);
            return { status: 204 };
          }
          versions += 1;
          const etag = `W/"datetime'${versions}'"`;
          const own = { PartitionKey: partitionKey, RowKey: rowKey, "odata.etag": etag };
          const kept = method === "PATCH" || method === "MERGE" ? held : {};
          rows.set(rowKey, { ...kept, ...given, ...own });
          keys.add(rowKey);
          return { status: 204, headers: { ETag: etag } };
        },
      };
    },
    read(path, query) {
      const { table, partitionKey, rowKey } = named(path, {});
      if (rowKey === "") return list((key) => partitionOf(table, key), query);
      const row = partitionOf(table, partitionKey).rows.get(rowKey);
      if (!row) return problem(404, "ResourceNotFound");
      return { status: 200, headers: { ETag: String(row["odata.etag"]) }, body: row };
    },
  };
}

/** The row an address or, without a key there, a new row itself names; "" where neither does. */
function named(path: string, given: LightRow) {
  const text = (part: string | undefined) => decodeURIComponent(part ?? "").replaceAll("''", "'");
  const [, table = "", key = ""] = /^\/[^/]+\/(\w+)(?:\((.*)\))?$/.exec(path) ?? [];
  const keys = /^PartitionKey=(?:'|%27)(.*)(?:'|%27),RowKey=(?:'|%27)(.*)(?:'|%27)$/.exec(key);
  if (keys) return { table, partitionKey: text(keys[1]), rowKey: text(keys[2]) };
  const { PartitionKey: partitionKey = "", RowKey: rowKey = "" } = given as Record<string, string>;
  return { table, partitionKey, rowKey };
}

function whyNot(method: string, ifMatch: string | undefined, held: LightRow | undefined) {
  if (method === "POST") return held && problem(409, "EntityAlreadyExists");
  if (ifMatch === undefined) return undefined;
  if (!held) return problem(404, "ResourceNotFound");
  if (ifMatch === "*" || ifMatch === held["odata.etag"]) return undefined;
  return problem(412, "UpdateConditionNotSatisfied");
}

/** One page of a query; the keys that the filter names are all that is looked at. */
function list(partitionOf: (key: string) => Partition, query: URLSearchParams): TableAnswer {
  const filter = query.get("$filter") ?? "";
  const matches = tableFilter(filter);
  const { partitionKey, from, before } = keyBounds(filter);
  const most = Number(query.get("$top") ?? 1000);
  const select = query.get("$select")?.split(",");
  const { rows, keys } = partitionOf(partitionKey);
  const start = query.get("NextRowKey") ?? from;
  const value: LightRow[] = [];
  // `walk` begins behind its key.
  const first = rows.has(start) ? [start] : [];
  for (const rowKey of chain(first, keys.walk(start === "" ? undefined : start, false))) {
    if (before !== undefined && rowKey >= before) break;
    const row = rows.get(rowKey);
    if (!row || !matches(row)) continue;
    if (value.length === most) {
      const next = "x-ms-continuation-Next";
      const headers = { [`${next}PartitionKey`]: partitionKey, [`${next}RowKey`]: rowKey };
      return { status: 200, headers, body: { value } };
    }
    value.push(select ? Object.fromEntries(select.map((name) => [name, row[name]])) : row);
  }
  return { status: 200, body: { value } };
}

function* chain<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part;
}

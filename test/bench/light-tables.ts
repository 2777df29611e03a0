import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Ordered, ordered } from "../local/acr/ordered.ts";
import { keyBounds, type LightRow, tableFilter } from "./light-table-filter.ts";

/*
 * Table Storage, as little of it as Larder needs, with an index on row keys, in a process of its own:
 * Azurite goes through all rows of a table on every query, which at 100,000 tags is all that would be
 * measured. Forked; sends its port. Signatures are not checked.
 */

interface Partition {
  readonly rows: Map<string, LightRow>;
  readonly keys: Ordered;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const partitions = new Map<string, Partition>();
let versions = 0;

function partitionOf(table: string, key: string): Partition {
  const name = `${table} ${key}`;
  const found = partitions.get(name) ?? { rows: new Map(), keys: ordered([]) };
  partitions.set(name, found);
  return found;
}

const problem = (status: number, code: string): Answer => ({
  status,
  body: { "odata.error": { code, message: { lang: "en-US", value: code } } },
});
const unescaped = (text: string) => decodeURIComponent(text).replaceAll("''", "'");

/** One operation on one row, on its own or in a transaction. */
function change(method: string, path: string, ifMatch: string | undefined, body: string): Answer {
  const [, table = "", key] = /^\/[^/]+\/(\w+)(?:\((.*)\))?/.exec(path) ?? [];
  const given = (body === "" ? {} : JSON.parse(body)) as LightRow;
  const named = /^PartitionKey='(.*)',RowKey='(.*)'$/.exec(key ?? "");
  const partitionKey = named ? unescaped(named[1] ?? "") : String(given["PartitionKey"]);
  const rowKey = named ? unescaped(named[2] ?? "") : String(given["RowKey"]);
  const { rows, keys } = partitionOf(table, partitionKey);
  const held = rows.get(rowKey);
  if (method === "POST" && held) return problem(409, "EntityAlreadyExists");
  if (ifMatch !== undefined && !held) return problem(404, "ResourceNotFound");
  if (ifMatch !== undefined && ifMatch !== "*" && ifMatch !== held?.["odata.etag"])
    return problem(412, "UpdateConditionNotSatisfied");
  if (method === "DELETE") {
    if (!held) return problem(404, "ResourceNotFound");
    rows.delete(rowKey);
    keys.remove(rowKey);
    return { status: 204 };
  }
  versions += 1;
  const etag = `W/"datetime'${versions}'"`;
  const kept = method === "PATCH" || method === "MERGE" ? held : {};
  rows.set(rowKey, {
    ...kept,
    ...given,
    PartitionKey: partitionKey,
    RowKey: rowKey,
    "odata.etag": etag,
  });
  keys.add(rowKey);
  return { status: 204, headers: { ETag: etag } };
}

function read(path: string, query: URLSearchParams): Answer {
  const [, table = "", key = ""] = /^\/[^/]+\/(\w+)\((.*)\)/.exec(path) ?? [];
  const named = /^PartitionKey='(.*)',RowKey='(.*)'$/.exec(key);
  if (named) {
    const row = partitionOf(table, unescaped(named[1] ?? "")).rows.get(unescaped(named[2] ?? ""));
    if (!row) return problem(404, "ResourceNotFound");
    return { status: 200, headers: { ETag: String(row["odata.etag"]) }, body: row };
  }
  const filter = query.get("$filter") ?? "";
  const partitionKey = /\bPartitionKey eq '((?:[^']|'')*)'/.exec(filter)?.[1] ?? "";
  const { rows, keys } = partitionOf(table, partitionKey.replaceAll("''", "'"));
  const matches = tableFilter(filter);
  const { from, before } = keyBounds(filter);
  const start = query.get("NextRowKey") ?? from;
  const most = Number(query.get("$top") ?? 1000);
  const value: LightRow[] = [];
  const first = rows.has(start) ? [start] : [];
  for (const rowKey of [...first, ...after(keys, start, before, most - value.length, rows, matches)]) {
    const row = rows.get(rowKey);
    if (!row || !matches(row)) continue;
    if (value.length === most) {
      const next = { "x-ms-continuation-NextPartitionKey": partitionKey };
      return {
        status: 200,
        headers: { ...next, "x-ms-continuation-NextRowKey": rowKey },
        body: { value },
      };
    }
    value.push(row);
  }
  return { status: 200, body: { value } };
}

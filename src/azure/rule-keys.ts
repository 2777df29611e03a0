import type { HistoryEntry } from "../domain/operation.ts";
import { registryOfOperation } from "../domain/operation.ts";
import type { Timestamp } from "../domain/time.ts";

/*
 * Keys of the table `rules`. A registry is one partition and holds four kinds of rows: its version,
 * its rules, their operations and their history. Operations and history share the table because
 * an entity-group transaction reaches one partition of one table: so a decision, its record, the
 * operation a caller polls and the line of history are written together or not at all.
 */

interface Key {
  readonly partitionKey: string;
  readonly rowKey: string;
}

export const rulesTable = "rules";
export const rulePrefix = "rule:";
export const operationPrefix = "operation:";
export const historyPrefix = "history:";

/** Names are compared without case; encoding keeps out what keys may not hold (/ \ # ?). */
const part = (name: string) => encodeURIComponent(name.toLowerCase());

export const partitionOf = part;

export function versionKey(registry: string): Key {
  return { partitionKey: part(registry), rowKey: "version" };
}

export function ruleKey(registry: string, name: string): Key {
  return { partitionKey: part(registry), rowKey: `${rulePrefix}${part(name)}` };
}

/** undefined for an id that cannot be one of ours. */
export function operationKey(id: string): Key | undefined {
  if (!/^[a-zA-Z0-9]{1,50}-[a-zA-Z0-9-]{1,100}$/.test(id)) return undefined;
  return { partitionKey: part(registryOfOperation(id)), rowKey: `${operationPrefix}${part(id)}` };
}

/** Newest first: rows sort by key, and the key counts milliseconds down. `random` parts those of one millisecond. */
export function historyKey(entry: HistoryEntry, random: string): Key {
  return {
    partitionKey: part(entry.registry),
    rowKey: `${historyPrefix}${countdown(Date.parse(entry.at))}:${random}`,
  };
}

/** Where the keys of entries written before `instant` begin. */
export function historyBefore(instant: Timestamp): string {
  return `${historyPrefix}${countdown(Date.parse(instant) - 1)}`;
}

/** The first key after all keys with this prefix: ";" follows ":". */
export function endOf(prefix: string): string {
  return `${prefix.slice(0, -1)};`;
}

/** 13 digits that fall as time rises; good until the year 2286. */
function countdown(milliseconds: number): string {
  return String(9_999_999_999_999 - milliseconds).padStart(13, "0");
}

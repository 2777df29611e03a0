import * as z from "zod";
import type { HistoryEntry, HistoryEvent, Operation } from "../domain/operation.ts";
import { decodeRow, encodeRow } from "./row.ts";

export const operation: z.ZodType<Operation> = z.looseObject({
  id: z.string(),
  kind: z.enum(["createRule", "changeRule", "deleteRule", "refresh"]),
  registry: z.string(),
  resource: z.string(),
  status: z.enum(["NotStarted", "Running", "Succeeded", "Failed", "Canceled"]),
  createdAt: z.string(),
  updatedAt: z.string(),
  error: z
    .looseObject({ code: z.string(), message: z.string(), target: z.string().optional() })
    .optional(),
  result: z.string().optional(),
});

/** An event is only shown, never acted on, so one that this version does not know is shown as it is. */
const historyEntry = z.looseObject({
  at: z.string(),
  registry: z.string(),
  resource: z.string(),
  event: z.string().transform((event) => event as HistoryEvent),
  by: z.string(),
  message: z.string(),
});

/** Columns of an operation's row; prune filters by `updatedAt`. */
export function encodeOperation(value: Operation) {
  return encodeRow(value, { status: value.status, updatedAt: value.updatedAt });
}

export function decodeOperation(row: unknown, name: string): Operation {
  return decodeRow(operation, row, name);
}

/** Columns of a line of history; `list` filters by `resource`, in lower case as names are compared. */
export function encodeHistory(entry: HistoryEntry) {
  return encodeRow(entry, { resource: entry.resource.toLowerCase() });
}

export function decodeHistory(row: unknown, name: string): HistoryEntry {
  return decodeRow(historyEntry, row, name);
}

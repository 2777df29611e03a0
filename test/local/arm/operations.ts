import { randomUUID } from "node:crypto";
import type { Answer } from "../service.ts";

/** A long-running operation as its poller sees it. */
export interface Operation {
  readonly verb: "Creating" | "Updating" | "Deleting" | "Importing";
  /** Milliseconds by the clock when it may be final. */
  readonly dueAt: number;
  pollsLeft: number;
  /** Set when it failed. */
  error?: { readonly code: string; readonly message: string };
  /** For work that does not end by the clock alone. */
  done: boolean;
}

export interface Operations {
  /** Starts one; returns its id, "cacherules-{guid}". */
  start(prefix: string, operation: Operation): string;
  get(id: string): Operation | undefined;
  /** Uses one poll; whether the operation is final. */
  poll(operation: Operation): boolean;
}

/** Operations are kept for ever: a run of the stand-in is short. */
export function operations(now: () => number): Operations {
  const held = new Map<string, Operation>();
  return {
    start(prefix, operation) {
      const id = `${prefix.toLowerCase()}-${randomUUID()}`;
      held.set(id, operation);
      return id;
    },
    get: (id) => held.get(id),
    poll(operation) {
      if (!operation.done || operation.dueAt > now()) {
        operation.pollsLeft = Math.max(0, operation.pollsLeft - 1);
        return false;
      }
      if (operation.pollsLeft > 0) {
        operation.pollsLeft -= 1;
        return false;
      }
      return true;
    },
  };
}

/** The signed query that ARM's polling URLs carry besides the api-version. */
export const pollingQuery = (apiVersion: string, now: number) =>
  `?api-version=${apiVersion}&t=${now}&c=local&s=local&h=${randomUUID().replaceAll("-", "")}`;

/** GET …/operationStatuses/{id}: always 200, "Succeeded" at the end, no Retry-After (recorded). */
export function statusAnswer(operation: Operation, isFinal: boolean, link: string): Answer {
  const headers = { "azure-asyncoperation": link };
  if (!isFinal) return { status: 200, headers, body: { status: operation.verb } };
  if (operation.error)
    return { status: 200, headers, body: { status: "Failed", error: operation.error } };
  return { status: 200, headers, body: { status: "Succeeded" } };
}

/** GET …/operationResults/{id}: 202 with its own location until final, then 200 and nothing (recorded). */
export function resultAnswer(operation: Operation, isFinal: boolean, link: string): Answer {
  if (!isFinal) return { status: 202, headers: { location: link } };
  if (operation.error) return { status: 400, body: { error: operation.error } };
  return { status: 200 };
}

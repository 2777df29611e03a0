import * as z from "zod";
import type { HistoryEntry, Operation, OperationKind } from "../domain/operation.ts";
import { isFinal } from "../domain/operation.ts";
import { tagStatuses } from "../domain/tag.ts";
import { apiVersion } from "./api-version.ts";
import { problem } from "./rule-body.ts";

const timestamp = z.iso.datetime();

/** Tags by status; statuses nobody has may be missing. */
export const tagCounts = z.partialRecord(z.enum(tagStatuses), z.int());

/** Azure's status monitor. */
export const operationBody = z
  .strictObject({
    id: z.string(),
    kind: z.string(),
    status: z.enum(["NotStarted", "Running", "Succeeded", "Failed", "Canceled"]),
    createdDateTime: timestamp,
    lastActionDateTime: timestamp,
    error: problem
      .optional()
      .describe("With Failed and Canceled; its message ends with the remedy."),
    result: z.string().optional(),
    resource: z
      .string()
      .describe("Id of the rule or credential set it is about, or of the refresh."),
    percentComplete: z.int().min(0).max(100).optional().describe("Of a refresh."),
    progress: z
      .strictObject({
        repositories: z.strictObject({ total: z.int(), done: z.int(), failed: z.int() }),
        tags: tagCounts,
      })
      .optional()
      .describe("Of a refresh; its results tell of every tag."),
  })
  .meta({ id: "Operation" });

export const historyEntry = z
  .strictObject({
    at: timestamp,
    registry: z.string(),
    resource: z
      .string()
      .describe(
        "Name of the rule or credential set; where none is known, the repository or the refresh.",
      ),
    event: z.string(),
    by: z.string(),
    message: z.string(),
  })
  .meta({ id: "HistoryEntry" });

/** An operation as the API shows it. */
export function showOperation(operation: Operation): z.input<typeof operationBody> {
  const { id, kind, status, createdAt, updatedAt, error, result, progress } = operation;
  return {
    id,
    kind,
    status,
    createdDateTime: createdAt,
    lastActionDateTime: updatedAt,
    error,
    result,
    resource: resourceId(operation),
    percentComplete: progress?.percent,
    progress: progress && { repositories: progress.repositories, tags: progress.tags },
  };
}

const collections: Readonly<Record<OperationKind, string>> = {
  createRule: "rules",
  changeRule: "rules",
  deleteRule: "rules",
  refresh: "refreshes",
  rotate: "credentialSets",
};

function resourceId({ kind, registry, resource }: Operation): string {
  return `/registries/${registry}/${collections[kind]}/${resource}`;
}

export function showHistory(entry: HistoryEntry): z.input<typeof historyEntry> {
  const { at, registry, resource, event, by, message } = entry;
  return { at, registry, resource, event, by, message };
}

/** Seconds a client is asked to wait between polls. */
const pollEvery = "2";

/** Headers of the status monitor itself: wait while it runs. */
export function pollHeaders(operation: Operation): Record<string, string> {
  return isFinal(operation) ? {} : { "Retry-After": pollEvery };
}

/** Headers that send a client to the status monitor. */
export function operationHeaders(base: string, id: string): Record<string, string> {
  return {
    "Operation-Location": `${base}/operations/${id}?api-version=${apiVersion}`,
    "Retry-After": pollEvery,
  };
}

export const operationExample = {
  id: "contoso-mfzwizltovzwk4q2mfzwizlto4",
  kind: "createRule",
  status: "Succeeded",
  createdDateTime: "2026-11-21T02:00:00.000Z",
  lastActionDateTime: "2026-11-21T02:00:04.000Z",
  resource: "/registries/contoso/rules/grafana",
};

export const refreshOperationExample = {
  id: "contoso-mfzwizltovzwk4q2mfzwizlto4",
  kind: "refresh",
  status: "Running",
  createdDateTime: "2026-11-21T02:00:00.000Z",
  lastActionDateTime: "2026-11-21T02:00:40.000Z",
  resource: "/registries/contoso/refreshes/contoso-mfzwizltovzwk4q2mfzwizlto4",
  percentComplete: 62,
  progress: {
    repositories: { total: 8, done: 5, failed: 0 },
    tags: { fresh: 131, refreshing: 2, deferred: 1 },
  },
};

export const rotateOperationExample = {
  ...operationExample,
  kind: "rotate",
  status: "Running",
  resource: "/registries/contoso/credentialSets/dockerhub",
};

export const historyExample = {
  at: "2026-11-21T02:00:00.000Z",
  registry: "contoso",
  resource: "grafana",
  event: "requested",
  by: "ada@contoso.com",
  message: 'Asked for "docker.io/grafana/*" at "grafana/*".',
};

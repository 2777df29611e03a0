import * as z from "zod";
import type { Refresh, RefreshProgress, RefreshResult } from "../domain/refresh.ts";
import { tagStatuses } from "../domain/tag.ts";
import { operation } from "./operation-row.ts";
import type { Row } from "./read-rows.ts";
import { decodeRow, encodeRow } from "./row.ts";
import { tagCounts, tagPass } from "./tag-row.ts";

const optional = z.string().optional();

const refresh: z.ZodType<Refresh> = z.looseObject({
  operation,
  request: z.looseObject({
    repositories: z.array(z.string()).optional(),
    tags: z.array(z.string()).optional(),
    dryRun: z.boolean(),
    strategy: z.enum(["touch-first", "purge"]).optional(),
  }),
  by: z.string(),
  planned: z.boolean(),
});

const refreshProgress: z.ZodType<RefreshProgress> = z.looseObject({
  repository: z.string(),
  status: z.enum(["waiting", "running", "done", "failed"]),
  pass: tagPass.optional(),
  passed: z.boolean(),
  counts: tagCounts,
  message: optional,
  updatedAt: z.string(),
});

const refreshResult: z.ZodType<RefreshResult> = z.looseObject({
  repository: z.string(),
  tag: z.string(),
  status: z.enum(tagStatuses),
  reason: z.string(),
  cached: optional,
  upstream: optional,
  wouldDo: optional,
  proof: z
    .looseObject({ digest: z.string(), platforms: z.array(z.string()), at: z.string() })
    .optional(),
  at: z.string(),
});

/** Columns of a refresh's row; `open` filters by `status`, `prune` by both. */
export function encodeRefresh(value: Refresh) {
  const { status, updatedAt } = value.operation;
  return encodeRow(value, { status, updatedAt });
}

export const encodeProgress = (value: RefreshProgress) => encodeRow(value);

/** `results` filters by `status`. */
export const encodeResult = (value: RefreshResult) => encodeRow(value, { status: value.status });

export const decodeRefresh = (row: Row) => decode(refresh, row);
export const decodeProgress = (row: Row) => decode(refreshProgress, row);
export const decodeResult = (row: Row) => decode(refreshResult, row);

const decode = <T>(type: z.ZodType<T>, row: Row) => decodeRow(type, row, row.rowKey ?? "");

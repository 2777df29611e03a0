import { isFinal, type Operation, type OperationProgress } from "./operation.ts";
import type { RefreshProgress } from "./refresh.ts";
import { type TagStatus, tagStatuses } from "./tag.ts";

/** Statuses that are not the end of a tag's refresh. */
const unsettled: ReadonlySet<TagStatus> = new Set(["stale", "refreshing"]);

/**
 * How far a refresh is, from the rows of its repositories. A repository whose pass is over counts by
 * the share of its tags that are settled, since some may climb the ladder for an hour.
 */
export function progressOf(
  operation: Operation,
  rows: readonly RefreshProgress[],
): OperationProgress {
  const done = rows.filter(({ status }) => status === "done").length;
  const failed = rows.filter(({ status }) => status === "failed").length;
  return {
    percent: percentOf(operation, rows),
    repositories: { total: rows.length, done, failed },
    tags: sumCounts(rows),
  };
}

/** Counts by status of several repositories, added up; statuses nobody has are left out. */
export function sumCounts(
  rows: readonly { readonly counts: RefreshProgress["counts"] }[],
): RefreshProgress["counts"] {
  const sums = tagStatuses.map(
    (status) => [status, rows.reduce((sum, { counts }) => sum + (counts[status] ?? 0), 0)] as const,
  );
  return Object.fromEntries(sums.filter(([, count]) => count > 0));
}

function percentOf(operation: Operation, rows: readonly RefreshProgress[]): number {
  if (operation.status === "Succeeded") return 100;
  if (rows.length === 0) return 0;
  const share = rows.reduce((sum, row) => sum + shareOf(row), 0) / rows.length;
  return Math.min(Math.floor(100 * share), isFinal(operation) ? 100 : 99);
}

function shareOf({ status, passed, counts }: RefreshProgress): number {
  if (status === "done" || status === "failed") return 1;
  const all = tagStatuses.reduce((sum, one) => sum + (counts[one] ?? 0), 0);
  if (!passed || all === 0) return 0;
  const open = [...unsettled].reduce((sum, one) => sum + (counts[one] ?? 0), 0);
  return (all - open) / all;
}

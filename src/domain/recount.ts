import type { TagStatus } from "./tag.ts";

type Counts = Readonly<Partial<Record<TagStatus, number>>>;

/** Counts by status once things with the one statuses have given way to things with the others. */
export function recount(
  counts: Counts,
  before: readonly { readonly status: TagStatus }[],
  after: readonly { readonly status: TagStatus }[],
): Counts {
  const result: Partial<Record<TagStatus, number>> = { ...counts };
  for (const { status } of before) result[status] = Math.max(0, (result[status] ?? 0) - 1);
  for (const { status } of after) result[status] = (result[status] ?? 0) + 1;
  return result;
}

import { isReason } from "../domain/errors.ts";
import { isFinal, type Operation } from "../domain/operation.ts";
import type { Ports } from "../domain/ports.ts";
import type { RefreshProgress } from "../domain/refresh.ts";
import { sumCounts } from "../domain/refresh-progress.ts";
import type { TagStatus } from "../domain/tag.ts";

/** Statuses with which a tag that was asked for was not refreshed, for no reason its owner gave. */
const failing: readonly TagStatus[] = ["unverified", "unknown", "stale"];
/** Likewise where nothing was to be done, only found out. */
const unclear: readonly TagStatus[] = ["unknown"];

/** Ends a refresh on demand once all of its repositories are done. Repeats are harmless. */
export async function endRefresh(
  ports: Pick<Ports, "refreshes" | "ambient">,
  id: string,
): Promise<void> {
  const stored = await ports.refreshes.get(id);
  if (!stored?.value.planned || isFinal(stored.value.operation)) return;
  const progress = await ports.refreshes.progress(id);
  if (progress.some(({ status }) => status !== "done" && status !== "failed")) return;
  const { value, etag } = stored;
  const operation = {
    ...value.operation,
    ...ending(progress, value.request.dryRun ? unclear : failing),
    updatedAt: ports.ambient.now(),
  };
  await unlessEnded(ports.refreshes.update({ ...value, operation }, etag));
}

/** Ends a refresh that has not come to its end in a day. Larder goes on with its tags as the schedule has it. */
export async function giveUpRefresh(
  ports: Pick<Ports, "refreshes" | "ambient">,
  id: string,
): Promise<void> {
  const stored = await ports.refreshes.get(id);
  if (!stored || isFinal(stored.value.operation)) return;
  const progress = await ports.refreshes.progress(id);
  const message =
    "A day was not enough for it: its results say what it waits for. Ask for another when that is mended.";
  const error = { code: "RefreshGaveUp", message };
  const ended = { ...ending(progress, failing), status: "Failed" as const, error };
  const updatedAt = ports.ambient.now();
  const operation = { ...stored.value.operation, ...ended, updatedAt };
  await unlessEnded(ports.refreshes.update({ ...stored.value, operation }, stored.etag));
}

/** Another worker may end it at the same time. */
async function unlessEnded(update: Promise<unknown>): Promise<void> {
  try {
    await update;
  } catch (error) {
    if (!isReason(error, "stale")) throw error;
  }
}

/** How it ended: failed when something asked for could not be refreshed and proved. */
function ending(
  progress: readonly RefreshProgress[],
  bad: readonly TagStatus[],
): Pick<Operation, "status" | "result" | "error"> {
  const counts = Object.entries(sumCounts(progress)).map(([status, count]) => ({
    status: status as TagStatus,
    count,
  }));
  const tags = counts.reduce((sum, { count }) => sum + count, 0);
  const parts = counts.map(({ status, count }) => `${count} ${status}`).join(", ");
  const result =
    tags === 0
      ? `Nothing that is cached in ${repositories(progress.length)} matches.`
      : `${counted(tags, "tag", "tags")} in ${repositories(progress.length)}${parts && `: ${parts}`}.`;
  const failed = progress.filter(({ status }) => status === "failed");
  const good = counts.every(({ status }) => !bad.includes(status));
  if (failed.length === 0 && good) return { status: "Succeeded", result };
  const [first] = failed;
  const message = first
    ? `${repositories(failed.length)} could not be refreshed; ${first.repository}: ${first.message ?? ""}`
    : "Some tags could not be refreshed and proved. Their results say why, and Larder goes on with them.";
  return { status: "Failed", result, error: { code: "RefreshIncomplete", message } };
}

const counted = (count: number, one: string, many: string) =>
  `${count} ${count === 1 ? one : many}`;
const repositories = (count: number) => counted(count, "repository", "repositories");

import type { CacheRule } from "../domain/cache-rule.ts";
import type { Refresh, RefreshProgress } from "../domain/refresh.ts";
import { isPinned } from "../domain/view-tag.ts";
import { endRefresh } from "./end-refresh.ts";
import type { RepositoryMessage } from "./open-site.ts";
import type { RefreshPorts } from "./refresh-site.ts";

/** Whether a tag of the repository may be untagged and is to be brought back, rule or no policy. */
export async function anyAway(
  ports: RefreshPorts,
  registry: string,
  repository: string,
): Promise<boolean> {
  const waiting = await ports.tags.due(registry, repository, "9999-12-31T23:59:59.999Z", 1000);
  return waiting.some(({ step }) => step?.kind === "purging");
}

/** Nothing is to be refreshed here: what is recorded goes, and whoever asked is told. */
export async function leaveRepository(
  ports: RefreshPorts,
  { registry, repository }: RepositoryMessage,
  refresh: Refresh | undefined,
  rule: CacheRule | undefined,
): Promise<string> {
  const name = `${registry}/${repository}`;
  if (!rule && refresh) {
    const message = "No active rule serves this repository any more.";
    await endProgress(ports, refresh, repository, message);
    await endRefresh(ports, refresh.operation.id);
  }
  // With a pin or a rule on its way the records stay.
  const { rules } = await ports.rules.read(registry);
  const pending = rules.some(
    ({ value }) => value.status === "requested" || value.status === "deleting",
  );
  const pins = await ports.tags.pins(registry, repository);
  const pinned = pins.some((pin) => isPinned(pin, ports.ambient.now()));
  if (pending || pinned) return `${name}: no active rule with a refresh policy`;
  await ports.tags.forget(registry, repository);
  return `${name}: no rule with a refresh policy, so its records are gone`;
}

async function endProgress(
  ports: RefreshPorts,
  { operation: { id } }: Refresh,
  repository: string,
  message: string,
): Promise<void> {
  const progress = await ports.refreshes.progressOf(id, repository);
  if (!progress) return;
  const ended: RefreshProgress = {
    ...progress,
    status: "failed",
    message,
    updatedAt: ports.ambient.now(),
  };
  await ports.refreshes.record(id, ended, []);
}

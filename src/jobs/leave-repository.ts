import type { CacheRule } from "../domain/cache-rule.ts";
import type { Refresh, RefreshProgress } from "../domain/refresh.ts";
import { isPinned } from "../domain/view-tag.ts";
import { endRefresh } from "./end-refresh.ts";
import type { RepositoryMessage } from "./open-site.ts";
import type { RefreshPorts } from "./refresh-site.ts";
import { isAway, waitingRecords } from "./waiting-records.ts";

/** Seconds until a rule that is on its way is looked at again. */
const soon = 30;

/** Whether a tag may be untagged and is to be brought back, or somebody waits for one. */
export async function anyUnsettled(
  ports: Pick<RefreshPorts, "tags">,
  registry: string,
  repository: string,
): Promise<boolean> {
  const waiting = await waitingRecords(ports, registry, repository);
  return waiting.some((record) => isAway(record) || record.refreshes.length > 0);
}

/** Nothing is to be refreshed here: what is recorded goes, and whoever asked is told. */
export async function leaveRepository(
  ports: RefreshPorts,
  message: RepositoryMessage,
  refresh: Refresh | undefined,
  rule: CacheRule | undefined,
): Promise<string> {
  const { registry, repository } = message;
  const name = `${registry}/${repository}`;
  // Whatever becomes of this refresh, tags that are away are to be brought back.
  if (refresh && rule && (await anyUnsettled(ports, registry, repository)))
    await ports.refreshOutbox.send({ kind: message.kind, registry, repository }, 1);
  if (refresh && rule && /^(requested|deleting)$/.test(rule.status)) {
    await ports.refreshOutbox.send(message, soon);
    return `${name}: its rule is ${rule.status}`;
  }
  const why = "No active rule serves this repository any more.";
  if (refresh) await endProgress(ports, refresh.operation.id, repository, why);
  // With a pin, or a rule that may come back, the records stay; a rule that was let go does not come back, but what
  // is away comes back under it first: a message of no refresh gets here only once nothing is.
  const pins = await ports.tags.pins(registry, repository);
  const pinned = pins.some((pin) => isPinned(pin, ports.ambient.now()));
  const letGo = rule?.status === "unmanaged" && !refresh;
  if (pinned || (rule && rule.status !== "active" && !letGo)) return `${name}: no active rule`;
  const waiting = await waitingRecords(ports, registry, repository);
  for (const id of new Set(waiting.flatMap(({ refreshes }) => refreshes)))
    await endProgress(ports, id, repository, why);
  await ports.tags.forget(registry, repository);
  return `${name}: no rule with a refresh policy, so its records are gone`;
}

async function endProgress(
  ports: RefreshPorts,
  id: string,
  repository: string,
  message: string,
): Promise<void> {
  const progress = await ports.refreshes.progressOf(id, repository);
  if (!progress) return;
  const updatedAt = ports.ambient.now();
  const ended: RefreshProgress = { ...progress, status: "failed", message, updatedAt };
  await ports.refreshes.record(id, ended, []);
  await endRefresh(ports, id);
}

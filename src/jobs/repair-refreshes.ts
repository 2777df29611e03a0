import type { Ports } from "../domain/ports.ts";
import type { Refresh } from "../domain/refresh.ts";
import { daySeconds, plusSeconds } from "../domain/time.ts";
import { endRefresh, giveUpRefresh } from "./end-refresh.ts";

type RepairPorts = Pick<Ports, "ambient" | "refreshes" | "refreshOutbox" | "refreshSettings">;

/** Times a message's work after which a refresh's messages, of which nothing was heard, count as lost. */
const lostAfter = 15;
/** Days that refreshes which have ended stay readable. */
const keptDays = 7;

/**
 * Sends messages of refreshes on demand again that seem lost, ends those that are done, gives up those
 * that a day was not enough for, and removes old ones. Answers how many messages it sent.
 */
export async function repairRefreshes(ports: RepairPorts, registry: string): Promise<number> {
  const now = ports.ambient.now();
  let sent = 0;
  for (const refresh of await ports.refreshes.open(registry)) {
    const { id, createdAt } = refresh.operation;
    if (createdAt < plusSeconds(now, -daySeconds)) await giveUpRefresh(ports, id);
    else sent += await sendAgain(ports, registry, refresh);
  }
  await ports.refreshes.prune(registry, plusSeconds(now, -keptDays * daySeconds));
  return sent;
}

async function sendAgain(
  ports: RepairPorts,
  registry: string,
  { operation, planned }: Refresh,
): Promise<number> {
  const { id } = operation;
  const now = ports.ambient.now();
  const silent = plusSeconds(now, -lostAfter * ports.refreshSettings.messageSeconds);
  if (!planned) {
    if (operation.updatedAt > silent) return 0;
    await ports.refreshOutbox.send({ kind: "plan-refresh", registry, refresh: id }, 0);
    return 1;
  }
  await endRefresh(ports, id);
  const lost = (await ports.refreshes.progress(id)).filter(
    ({ status, passed, updatedAt }) =>
      status !== "done" && status !== "failed" && !passed && updatedAt <= silent,
  );
  for (const progress of lost) {
    const { repository } = progress;
    const message = { kind: "refresh-repository" as const, registry, repository, refresh: id };
    await ports.refreshOutbox.send(message, 0);
    // Nobody has begun it, so nobody else writes it; the next sweep need not send it again.
    if (progress.status === "waiting")
      await ports.refreshes.record(id, { ...progress, updatedAt: now }, []);
  }
  return lost.length;
}

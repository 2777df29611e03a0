import type { Ports } from "../domain/ports.ts";
import { plusSeconds } from "../domain/time.ts";
import { endRefresh } from "./end-refresh.ts";

/** Times a message's work after which a refresh's messages, of which nothing was heard, count as lost. */
const lostAfter = 15;
/** Days that refreshes which have ended stay readable. */
const keptDays = 7;

/** Sends messages of refreshes on demand again that seem lost, ends those that are done, and removes old ones. Answers how many it sent. */
export async function repairRefreshes(
  ports: Pick<Ports, "ambient" | "refreshes" | "refreshOutbox" | "refreshSettings">,
  registry: string,
): Promise<number> {
  const now = ports.ambient.now();
  const silent = plusSeconds(now, -lostAfter * ports.refreshSettings.messageSeconds);
  let sent = 0;
  for (const { operation, planned } of await ports.refreshes.open(registry)) {
    const { id } = operation;
    if (!planned) {
      if (operation.updatedAt > silent) continue;
      await ports.refreshOutbox.send({ kind: "plan-refresh", registry, refresh: id }, 0);
      sent += 1;
      continue;
    }
    await endRefresh(ports, id);
    for (const { repository, status, passed, updatedAt } of await ports.refreshes.progress(id)) {
      if (status === "done" || status === "failed" || passed || updatedAt > silent) continue;
      await ports.refreshOutbox.send(
        { kind: "refresh-repository", registry, repository, refresh: id },
        0,
      );
      sent += 1;
    }
  }
  await ports.refreshes.prune(registry, plusSeconds(now, -keptDays * 86_400));
  return sent;
}

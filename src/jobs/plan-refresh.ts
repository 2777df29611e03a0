import { servingRule, standing } from "../domain/mapping.ts";
import type { RefreshMessage } from "../domain/messages.ts";
import { isFinal, type Operation } from "../domain/operation.ts";
import type { Ports } from "../domain/ports.ts";
import type { RefreshRequest } from "../domain/refresh.ts";
import { endRefresh } from "./end-refresh.ts";
import { repositoriesUnder } from "./repositories-under.ts";

type PlanMessage = Extract<RefreshMessage, { kind: "plan-refresh" }>;

/** Messages sent side by side. */
const atOnce = 32;

/**
 * Finds the repositories of a refresh on demand, records one row for each, and sends their messages.
 * Repeats do no harm: a repository that is done stays done. Answers a line for the log.
 */
export async function planRefresh(
  ports: Pick<
    Ports,
    "ambient" | "refreshes" | "refreshOutbox" | "registries" | "repositories" | "rules"
  >,
  { registry, refresh: id }: PlanMessage,
): Promise<string> {
  const stored = await ports.refreshes.get(id);
  if (!stored || isFinal(stored.value.operation)) return `${id}: that refresh is over`;
  const { value, etag } = stored;
  const repositories = await repositoriesOf(ports, registry, value.request);
  const now = ports.ambient.now();
  await ports.refreshes.plan(id, repositories, now);
  const operation: Operation = { ...value.operation, status: "Running", updatedAt: now };
  await ports.refreshes.update({ ...value, planned: true, operation }, etag);
  for (let at = 0; at < repositories.length; at += atOnce)
    await Promise.all(
      repositories
        .slice(at, at + atOnce)
        .map((repository) =>
          ports.refreshOutbox.send(
            { kind: "refresh-repository", registry, repository, refresh: id },
            0,
          ),
        ),
    );
  if (repositories.length === 0) await endRefresh(ports, id);
  return `${id}: ${repositories.length} repositories`;
}

async function repositoriesOf(
  ports: Pick<Ports, "repositories" | "rules">,
  registry: string,
  request: RefreshRequest,
): Promise<readonly string[]> {
  if (request.repositories) return [...new Set(request.repositories)];
  const { rules } = await ports.rules.read(registry);
  const records = standing(rules.map(({ value }) => value));
  const found = new Set<string>();
  for (const rule of records.filter(({ status, refresh }) => status === "active" && refresh))
    for (const repository of await repositoriesUnder(ports, registry, rule))
      if (servingRule(records, repository)?.name === rule.name) found.add(repository);
  return [...found].sort();
}

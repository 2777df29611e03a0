import type { CacheRule } from "../domain/cache-rule.ts";
import type { By } from "../domain/caller.ts";
import { problemsError } from "../domain/errors.ts";
import { judgeRefresh } from "../domain/judge-refresh.ts";
import type { Ports } from "../domain/ports.ts";
import type { Refresh, RefreshRequest } from "../domain/refresh.ts";
import { servedName } from "./find-rule.ts";
import { orProblem } from "./or-problem.ts";

/** Repositories and patterns that a line of history names; the rest it counts. */
const namedInHistory = 3;

/**
 * Records a refresh on demand and tells the worker. `missing` for a registry that is not served,
 * `invalid` with every problem found. A message that is lost is no loss: the sweep sends again what
 * is recorded and has not ended.
 */
export async function startRefresh(
  ports: Pick<
    Ports,
    "registries" | "rules" | "refreshes" | "refreshOutbox" | "history" | "ambient"
  >,
  registry: string,
  request: RefreshRequest,
  by: By,
): Promise<Refresh> {
  const served = servedName(ports, registry);
  const { rules: stored } = await ports.rules.read(served);
  const records = stored.map(({ value }) => value);
  const judged = judgeRefresh(request, records);
  if (!judged.ok) throw problemsError("invalid", judged.problems);
  const refresh = refreshOf(ports, served, judged.request, by);
  // Before the record, which is acted on even if its writer dies: nothing is done that nobody asked for.
  await ports.history.append(served, [told(refresh, judged.rules)]);
  await ports.refreshes.create(refresh);
  const { id } = refresh.operation;
  await orProblem(
    ports.refreshOutbox.send({ kind: "plan-refresh", registry: served, refresh: id }, 0),
  );
  return refresh;
}

function refreshOf(
  ports: Pick<Ports, "ambient">,
  registry: string,
  request: RefreshRequest,
  by: By,
): Refresh {
  const now = ports.ambient.now();
  const id = `${registry.toLowerCase()}-${ports.ambient.newId()}`;
  return {
    operation: {
      id,
      kind: "refresh",
      registry,
      resource: id,
      status: "NotStarted",
      createdAt: now,
      updatedAt: now,
    },
    request,
    by: by.name,
    planned: false,
  };
}

function told({ operation, request, by }: Refresh, rules: readonly CacheRule[]) {
  const { id, registry, createdAt } = operation;
  const [only, ...others] = rules;
  const details = [
    request.repositories
      ? several(request.repositories)
      : "all repositories under a refresh policy",
    request.tags && `tags ${several(request.tags.map((tag) => `"${tag}"`))}`,
    request.strategy && `strategy ${request.strategy}`,
  ].filter((part) => part !== undefined);
  const kind = request.dryRun ? "a dry run of a refresh" : "a refresh";
  return {
    at: createdAt,
    registry,
    resource: only && others.length === 0 ? only.name : id,
    event: "refreshRequested",
    by,
    message: `Asked for ${kind} of ${details.join("; ")}. Operation ${id}.`,
  } as const;
}

/** "a, b, c and 12 more". */
function several(names: readonly string[]): string {
  const more = names.length - namedInHistory;
  const named = names.slice(0, namedInHistory).join(", ");
  return more > 0 ? `${named} and ${more} more` : named;
}

import type { CacheRule } from "../domain/cache-rule.ts";
import { isReason } from "../domain/errors.ts";
import { planReconcile, type Repair } from "../domain/plan-reconcile.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { activate, begin, entry } from "../domain/rule-lifecycle.ts";
import { plusSeconds } from "../domain/time.ts";
import { storedByName, unmanagedRecord } from "./find-rule.ts";
import { saveRule } from "./save-rule.ts";

type ReconcilePorts = Pick<
  Ports,
  | "registries"
  | "rules"
  | "operations"
  | "history"
  | "heartbeats"
  | "outbox"
  | "cacheRules"
  | "ambient"
  | "settings"
>;

/** Name of this job's heartbeat. */
export const reconcileJob = "reconcile-rules";

const daySeconds = 86_400;
/** Operations stay readable this long after their last change. */
const operationDays = 7;

/**
 * Compares every registry's records with ARM, repairs what was lost, and records drift; then
 * cleans up. Answers a line for the log. A registry that fails does not stop the others, but the
 * run then ends in an AggregateError and leaves no heartbeat, so that it looks failed.
 */
export async function reconcileRules(ports: ReconcilePorts): Promise<string> {
  const lines: string[] = [];
  const failures: unknown[] = [];
  for (const registry of ports.registries.names) {
    try {
      lines.push(`${registry}: ${await reconcileRegistry(ports, registry)}`);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(
      failures,
      `${failures.length} of ${ports.registries.names.length} registries could not be reconciled`,
    );
  await ports.heartbeats.beat(reconcileJob, ports.ambient.now());
  return lines.join("; ");
}

async function reconcileRegistry(ports: ReconcilePorts, registry: string): Promise<string> {
  const [{ rules }, live] = await Promise.all([
    ports.rules.read(registry),
    ports.cacheRules.list(registry),
  ]);
  const now = ports.ambient.now();
  const repairs = planReconcile(
    rules.map(({ value }) => value),
    live,
    now,
    ports.settings.repairAfterSeconds,
  );
  for (const repair of repairs) {
    try {
      await carryOut(ports, registry, rules, repair);
    } catch (error) {
      // Somebody changed the rule meanwhile; the next run looks at it afresh.
      if (!isReason(error, "stale")) throw error;
    }
  }
  const pruned = await ports.history.prune(registry, {
    operations: plusSeconds(now, -operationDays * daySeconds),
    history: plusSeconds(now, -ports.settings.historyDays * daySeconds),
  });
  return `${rules.length} rules, ${live.length} in ARM, ${repairs.length} repairs, ${pruned} rows pruned`;
}

async function carryOut(
  ports: ReconcilePorts,
  registry: string,
  rules: readonly Stored<CacheRule>[],
  repair: Repair,
): Promise<void> {
  const now = ports.ambient.now();
  const name = repair.kind === "discover" ? repair.live.name : repair.name;
  const stored = storedByName(rules, name);
  if (repair.kind === "discover") {
    const rule = unmanagedRecord(registry, repair.live, now);
    const history = entry(
      rule,
      "driftFound",
      "larder",
      now,
      `Created outside Larder: "${rule.source}" at "${rule.target}".`,
    );
    await saveRule(ports, { etag: stored?.etag }, { rule, history });
    return;
  }
  if (!stored) return;
  const { value: rule, etag } = stored;
  switch (repair.kind) {
    case "enqueue":
      return ports.outbox.send({ kind: "converge-rule", registry, name: rule.name }, 0);
    case "drift":
      await saveRule(
        ports,
        { etag },
        {
          rule: { ...rule, drift: repair.drift, updatedAt: now },
          history: entry(rule, "driftFound", "larder", now, repair.drift.message),
        },
      );
      return;
    case "driftEnded":
      await saveRule(
        ports,
        { etag },
        {
          rule: { ...rule, drift: undefined, updatedAt: now },
          history: entry(rule, "driftEnded", "larder", now, "ARM shows the rule as asked again."),
        },
      );
      return;
    case "undiscover":
      await ports.rules.commit({
        registry,
        remove: { name: rule.name, etag },
        history: entry(rule, "driftEnded", "larder", now, "The unmanaged rule is gone from ARM."),
      });
      return;
    case "recover":
      await saveRule(
        ports,
        { etag },
        activate(rule, await ports.operations.get(rule.operationId), now),
      );
      return;
    case "expire":
      return expire(ports, stored, now);
  }
}

async function expire(
  ports: ReconcilePorts,
  { value: rule, etag }: Stored<CacheRule>,
  now: string,
): Promise<void> {
  const begun = begin(
    { ...rule, images: "keep" },
    { kind: "deleteRule", status: "deleting", id: ports.ambient.newId(), now },
  );
  await saveRule(
    ports,
    { etag },
    {
      ...begun,
      history: entry(
        rule,
        "expired",
        "larder",
        now,
        `expiresOn ${rule.expiresOn ?? ""} has passed; its cached repositories stay.`,
      ),
    },
  );
  await ports.outbox.send({ kind: "converge-rule", registry: rule.registry, name: rule.name }, 0);
}

import { isReason } from "../domain/errors.ts";
import { reconcileJob, reconcileRan } from "../domain/heartbeat-names.ts";
import { planReconcile } from "../domain/plan-reconcile.ts";
import type { Ports } from "../domain/ports.ts";
import { daySeconds, plusSeconds } from "../domain/time.ts";
import { type RepairPorts, repairRule } from "./repair-rule.ts";

type ReconcilePorts = RepairPorts &
  Pick<Ports, "registries" | "history" | "heartbeats" | "settings">;

/** Operations that have ended stay readable this long after. */
const operationDays = 7;

/**
 * Compares every registry's records with ARM, repairs what was lost, and records drift; then
 * cleans up. Answers a line for the log. What fails, a registry or a single repair, does not stop the
 * rest, but the run then ends in an AggregateError that tells all of it, so that it looks failed.
 */
export async function reconcileRules(ports: ReconcilePorts): Promise<string> {
  const lines: string[] = [];
  const failures: unknown[] = [];
  for (const { registry, line, errors } of await reconcileAll(ports)) {
    lines.push(`${registry}: ${line}`);
    failures.push(...errors);
  }
  await ports.heartbeats.beat(reconcileRan, ports.ambient.now());
  if (failures.length > 0) throw new AggregateError(failures, lines.join("; "));
  await ports.heartbeats.beat(reconcileJob, ports.ambient.now());
  return lines.join("; ");
}

interface Outcome {
  readonly registry: string;
  readonly line: string;
  readonly errors: readonly unknown[];
}

async function reconcileAll(ports: ReconcilePorts): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const registry of ports.registries.names) {
    const errors: unknown[] = [];
    const line = await reconcileRegistry(ports, registry, errors).catch((error: unknown) => {
      errors.push(error);
      return "could not be reconciled";
    });
    const told = errors.map((error) => (error instanceof Error ? error.message : String(error)));
    outcomes.push({ registry, line: [line, ...told].join(", "), errors });
  }
  return outcomes;
}

async function reconcileRegistry(
  ports: ReconcilePorts,
  registry: string,
  errors: unknown[],
): Promise<string> {
  const [{ rules }, live] = await Promise.all([
    ports.rules.read(registry),
    ports.cacheRules.list(registry),
  ]);
  const now = ports.ambient.now();
  const records = rules.map(({ value }) => value);
  const repairs = planReconcile(records, live, now, ports.settings.repairAfterSeconds);
  for (const repair of repairs) {
    await repairRule(ports, registry, rules, repair).catch((error: unknown) => {
      // Stale: somebody changed the rule meanwhile; the next run looks at it afresh.
      if (!isReason(error, "stale")) errors.push(error);
    });
  }
  const pruned = await ports.history.prune(registry, {
    operations: plusSeconds(now, -operationDays * daySeconds),
    history: plusSeconds(now, -ports.settings.historyDays * daySeconds),
  });
  return `${rules.length} rules, ${live.length} in ARM, ${repairs.length} repairs, ${pruned} rows pruned`;
}

import type { CacheRule, LiveRule } from "../domain/cache-rule.ts";
import type { HistoryEvent } from "../domain/operation.ts";
import type { Repair } from "../domain/plan-reconcile.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { activate, beginDeletion, entry } from "../domain/rule-lifecycle.ts";
import { storedByName, unmanagedRecord } from "./find-rule.ts";
import { notifyWorker, saveRule } from "./save-rule.ts";

export type RepairPorts = Pick<Ports, "rules" | "operations" | "outbox" | "cacheRules" | "ambient">;

/**
 * Carries out one repair of a reconcile run. The listings it was planned on were read one after the
 * other, so what ARM is said to lack or to have anew is looked up once more; a rule that moved in
 * between is left to the next run. `stale` when somebody changes the rule at this moment.
 */
export async function repairRule(
  ports: RepairPorts,
  registry: string,
  rules: readonly Stored<CacheRule>[],
  repair: Repair,
): Promise<void> {
  if (repair.kind === "discover") return discover(ports, registry, rules, repair.live);
  const stored = storedByName(rules, repair.name);
  if (!stored) return;
  const { value: rule, etag } = stored;
  const now = ports.ambient.now();
  const told = (event: HistoryEvent, message: string) => entry(rule, event, "larder", now, message);
  const save = (changed: Partial<CacheRule>, event: HistoryEvent, message: string) =>
    saveRule(
      ports,
      { etag },
      { rule: { ...rule, ...changed, updatedAt: now }, history: told(event, message) },
    );
  switch (repair.kind) {
    case "enqueue":
      return ports.outbox.send({ kind: "converge-rule", registry, name: rule.name }, 0);
    case "drift":
      if (repair.drift.kind === "deleted" && (await isInArm(ports, rule))) return;
      return void (await save({ drift: repair.drift }, "driftFound", repair.drift.message));
    case "driftEnded":
      return void (await save(
        { drift: undefined },
        "driftEnded",
        "ARM shows the rule as asked again.",
      ));
    case "undiscover": {
      if (await isInArm(ports, rule)) return;
      const history = told("driftEnded", "The unmanaged rule is gone from ARM.");
      return void (await ports.rules.commit({
        registry,
        remove: { name: rule.name, etag },
        history,
      }));
    }
    case "recover":
      // Its operation has ended as failed, and stays so: what has ended never changes.
      return void (await saveRule(ports, { etag }, activate(rule, undefined, now)));
    case "expire":
      return expire(ports, stored);
  }
}

async function isInArm(ports: RepairPorts, { registry, name }: CacheRule): Promise<boolean> {
  return (await ports.cacheRules.get(registry, name)) !== undefined;
}

async function discover(
  ports: RepairPorts,
  registry: string,
  rules: readonly Stored<CacheRule>[],
  listed: LiveRule,
): Promise<void> {
  const live = await ports.cacheRules.get(registry, listed.name);
  if (!live) return;
  const now = ports.ambient.now();
  const rule = unmanagedRecord(registry, live, now);
  const message = `Created outside Larder: "${rule.source}" at "${rule.target}".`;
  const history = entry(rule, "driftFound", "larder", now, message);
  await saveRule(ports, { etag: storedByName(rules, live.name)?.etag }, { rule, history });
}

async function expire(ports: RepairPorts, { value: rule, etag }: Stored<CacheRule>): Promise<void> {
  const now = ports.ambient.now();
  const before = await ports.operations.get(rule.operationId);
  const begun = beginDeletion(rule, before, { images: "keep", id: ports.ambient.newId(), now });
  const message = `expiresOn ${rule.expiresOn ?? ""} has passed; its cached repositories stay.`;
  await saveRule(
    ports,
    { etag },
    { ...begun, history: entry(rule, "expired", "larder", now, message) },
  );
  await notifyWorker(ports, rule);
}

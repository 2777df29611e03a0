import type { CacheRule, LiveRule } from "../domain/cache-rule.ts";
import type { By } from "../domain/caller.ts";
import { LarderError } from "../domain/errors.ts";
import { isFinal, type Operation } from "../domain/operation.ts";
import type { Ports } from "../domain/ports.ts";
import { entry } from "../domain/rule-lifecycle.ts";
import type { Timestamp } from "../domain/time.ts";
import { checkMatch, findRule, unlessMoved, unmanagedRecord } from "./find-rule.ts";
import type { RuleView } from "./read-rule.ts";
import { saveRule } from "./save-rule.ts";

type ReleasePorts = Pick<Ports, "registries" | "rules" | "operations" | "cacheRules" | "ambient">;

/**
 * Lets a rule go: Larder's record of it ends, and nothing in ARM or in the registry changes. Answers the rule as
 * ARM has it, unmanaged; undefined when ARM does not have it, so that nothing is left. Of an unmanaged rule there
 * is nothing to let go. All in one transaction. What refreshes know of its tags, the sweep clears away.
 * `missing`; `conflict` while a worker may be at it; `stale` against If-Match.
 */
export async function releaseRule(
  ports: ReleasePorts,
  registry: string,
  name: string,
  ifMatch: string | undefined,
  by: By,
): Promise<RuleView | undefined> {
  return unlessMoved(ports, ifMatch, async () => {
    const { rule, etag, live } = await findRule(ports, registry, name);
    checkMatch(ifMatch, etag);
    if (rule.status === "unmanaged" || etag === undefined) return { rule, etag: etag ?? "", live };
    refuseIfBusy(rule);
    const now = ports.ambient.now();
    const operation = ended(await ports.operations.get(rule.operationId), now);
    const message = "Larder's record of the rule was ended; ARM was not changed.";
    const history = entry(rule, "forgotten", by.name, now, message);
    if (live) {
      const left = releasedRecord(rule.registry, live, by, now);
      const stored = await saveRule(ports, { etag }, { rule: left, operation, history });
      return { rule: stored.value, etag: stored.etag, live };
    }
    const remove = { name: rule.name, etag };
    await ports.rules.commit({ registry: rule.registry, remove, operation, history });
    return undefined;
  });
}

function refuseIfBusy({ name, status, operationId }: CacheRule): void {
  if (status !== "requested" && status !== "deleting") return;
  throw new LarderError("conflict", {
    code: "RuleBusy",
    target: "name",
    message: `Rule "${name}" is ${status}. Ask again when its operation ${operationId} has ended.`,
  });
}

/** One that waits for an approver ends with the record, so that whoever polls it is told. */
function ended(operation: Operation | undefined, now: Timestamp): Operation | undefined {
  if (!operation || isFinal(operation)) return undefined;
  const error = { code: "RuleForgotten", message: "Larder's record of the rule was ended." };
  return { ...operation, status: "Canceled", error, updatedAt: now };
}

/** What reconcile would record of a rule that only ARM has, but for the words. */
function releasedRecord(registry: string, live: LiveRule, by: By, now: Timestamp): CacheRule {
  const message = `${by.name} had Larder forget the rule. Send a request for it to take it over again.`;
  const drift = { kind: "created", message, since: now } as const;
  return { ...unmanagedRecord(registry, live, now), drift };
}

import { type AdoptionItem, type AdoptionOutcome, ruleItem } from "./adoption.ts";
import { type CacheRule, type LiveRule, sameCredentialSet, sameMapping } from "./cache-rule.ts";
import { planReconcile } from "./plan-reconcile.ts";

/**
 * Why a rule on record is not taken over: it is Larder's already, or somebody has to decide first. Undefined
 * where the record says no more than ARM, or is of something that never came to be: then ARM counts.
 */
export function judgeHeldRule(
  record: CacheRule,
  live: LiveRule | undefined,
): AdoptionItem | undefined {
  const tell = (outcome: AdoptionOutcome, message: string) =>
    ruleItem(live ?? record, outcome, message);
  const same = live && sameMapping(record, live) && sameCredentialSet(record, live);
  switch (record.status) {
    case "unmanaged":
      return undefined;
    case "active":
      return same
        ? tell("already", "Larder has it on record.")
        : tell("differs", driftOf(record, live));
    case "deleting":
      return tell("notSettled", `Larder is deleting it (operation ${record.operationId}).`);
    case "requested":
      if (!live) return undefined;
      return same
        ? tell("already", "Larder has it on record, and is making it.")
        : tell("notSettled", `Larder is at work on it (operation ${record.operationId}).`);
    case "awaitingApproval":
      if (!live) return undefined;
      return same
        ? tell("already", "Larder has it on record; it waits for an approver.")
        : tell("differs", `What waits for an approver is another one. ${driftOf(record, live)}`);
    case "rejected":
      return live && tell("refused", rejected(record));
    case "failed":
      return live && judgeFailed(record, live, same === true);
  }
}

/** A deletion that failed is still wanted, until somebody says otherwise; what ARM made after all, reconcile puts right. */
function judgeFailed(record: CacheRule, live: LiveRule, same: boolean): AdoptionItem | undefined {
  if (record.images !== undefined) {
    const message = `Its deletion failed${record.failure ? `: ${record.failure.message}` : "."} Delete it again, or send PUT …/rules/${live.name} with the same source and target to keep it.`;
    return ruleItem(live, "notSettled", message);
  }
  if (!same || live.provisioningState !== "Succeeded") return undefined;
  const message = "On record it failed, yet ARM made it: the next reconcile run puts that right.";
  return ruleItem(live, "already", message);
}

function rejected({ name, decidedBy }: CacheRule): string {
  return `${decidedBy ?? "An approver"} turned down a request for it, yet ARM has it. Delete it, or send PUT …/rules/${name} with the same source and target to have Larder keep it all the same.`;
}

/** In reconcile's words, whatever it has found so far. */
function driftOf(record: CacheRule, live: LiveRule | undefined): string {
  const settled = { ...record, status: "active", drift: undefined, expiresOn: undefined } as const;
  const [repair] = planReconcile([settled], live ? [live] : [], record.updatedAt, 0);
  return repair?.kind === "drift" ? repair.drift.message : "";
}

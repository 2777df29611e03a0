import type { CacheRule } from "../domain/cache-rule.ts";
import type { By } from "../domain/caller.ts";
import { decideCacheRule } from "../domain/decide-cache-rule.ts";
import { LarderError, problemsError } from "../domain/errors.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { entry, resume } from "../domain/rule-lifecycle.ts";
import { checkMatch, findRule, unlessMoved } from "./find-rule.ts";
import { gatherFacts, readLive } from "./gather-facts.ts";
import type { RequestPorts } from "./request-rule.ts";
import { notifyWorker, saveRule } from "./save-rule.ts";

type DecisionPorts = RequestPorts & Pick<Ports, "operations">;

/**
 * Lets a waiting rule go on, if it still may: it is decided again on today's facts. `conflict` when
 * it does not wait (any more); `forbidden` when a signed-in approver is the requester; `stale`
 * against If-Match. A repeat of an approval answers the rule as it is.
 */
export async function approveRule(
  ports: DecisionPorts,
  registry: string,
  name: string,
  ifMatch: string | undefined,
  by: By,
): Promise<Stored<CacheRule>> {
  return unlessMoved(ports, ifMatch, async () => {
    const found = await waiting(ports, registry, name, ifMatch, by);
    const { value: rule, etag } = found;
    const approved = rule.decidedBy !== undefined && /^(requested|active)$/.test(rule.status);
    if (approved) return found;
    if (rule.status !== "awaitingApproval") throw notWaiting(rule);
    const version = await decideAgain(ports, rule, by);
    const now = ports.ambient.now();
    const operation = await ports.operations.get(rule.operationId);
    const history = entry(rule, "approved", by.name, now, "Approved.");
    const resumed = { ...resume({ ...rule, decidedBy: by.name }, operation, now), history };
    const stored = await saveRule(ports, { etag, version }, resumed);
    await notifyWorker(ports, stored.value);
    return stored;
  });
}

/** Decides a waiting rule on today's facts, itself left out; answers the version the decision holds for. */
async function decideAgain(ports: DecisionPorts, rule: CacheRule, by: By): Promise<string> {
  const view = await readLive(ports, rule.registry);
  const { facts, version } = await gatherFacts(ports, rule.registry, rule, by, view);
  const records = facts.records.filter((one) => one.name !== rule.name);
  const decision = decideCacheRule(rule, { ...facts, records });
  if (decision.kind === "refuse") throw problemsError(decision.reason, decision.problems);
  return version;
}

/** Ends a waiting rule. Errors as `approveRule`; a repeat of a rejection answers the rule as it is. */
export async function rejectRule(
  ports: DecisionPorts,
  registry: string,
  name: string,
  ifMatch: string | undefined,
  by: By,
  reason: string | undefined,
): Promise<Stored<CacheRule>> {
  return unlessMoved(ports, ifMatch, async () => {
    const found = await waiting(ports, registry, name, ifMatch, by);
    const { value: rule, etag } = found;
    if (rule.status === "rejected") return found;
    if (rule.status !== "awaitingApproval") throw notWaiting(rule);
    const now = ports.ambient.now();
    const message = reason === undefined ? "Rejected." : `Rejected: ${reason}`;
    const remedy = `Ask ${by.name}, then send a request again.`;
    const failure = { code: "RequestRejected", message, remedy };
    const operation = await ports.operations.get(rule.operationId);
    const error = { code: failure.code, message };
    return saveRule(
      ports,
      { etag },
      {
        rule: { ...rule, status: "rejected", decidedBy: by.name, failure, updatedAt: now },
        operation: operation && { ...operation, status: "Canceled", error, updatedAt: now },
        history: entry(rule, "rejected", by.name, now, message),
      },
    );
  });
}

async function waiting(
  ports: DecisionPorts,
  registry: string,
  name: string,
  ifMatch: string | undefined,
  by: By,
): Promise<Stored<CacheRule>> {
  const { rule, etag } = await findRule(ports, registry, name);
  if (etag === undefined) throw notWaiting(rule);
  checkMatch(ifMatch, etag);
  if (by.verified && by.id === rule.requestedById && rule.status === "awaitingApproval") {
    const message = "Somebody else than the requester must decide this.";
    throw new LarderError("forbidden", { code: "ApproverIsRequester", target: "name", message });
  }
  return { value: rule, etag };
}

function notWaiting({ name, status }: CacheRule): LarderError {
  return new LarderError("conflict", {
    code: "RuleNotAwaitingApproval",
    target: "name",
    message: `Rule "${name}" is ${status}; there is nothing to decide.`,
  });
}

import type { CacheRule } from "../domain/cache-rule.ts";
import { decideCacheRule } from "../domain/decide-cache-rule.ts";
import { LarderError } from "../domain/errors.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { begin, entry } from "../domain/rule-lifecycle.ts";
import { findRule } from "./find-rule.ts";
import { gatherFacts, readLive } from "./gather-facts.ts";
import { type RequestPorts, refusalError } from "./request-rule.ts";
import { notifyWorker, saveRule } from "./save-rule.ts";

type DecisionPorts = RequestPorts & Pick<Ports, "operations">;

/**
 * Lets a waiting rule go on, if it still may: it is decided again on today's facts. `conflict` when
 * it does not wait (any more); `forbidden` when a signed-in approver is the requester; `stale`
 * when somebody was quicker. A repeat of an approval answers the rule as it is.
 */
export async function approveRule(
  ports: DecisionPorts,
  registry: string,
  name: string,
  by: string,
  verified: boolean,
): Promise<Stored<CacheRule>> {
  const found = await waiting(ports, registry, name, by, verified);
  const { value: rule, etag } = found;
  if (rule.status === "requested" || rule.status === "active") return found;
  if (rule.status !== "awaitingApproval") throw notWaiting(rule);
  const gathered = await gatherFacts(
    ports,
    registry,
    rule,
    rule.requestedBy,
    await readLive(ports, registry),
  );
  const records = gathered.facts.records.filter((one) => one.name !== rule.name);
  const decision = decideCacheRule(rule, { ...gathered.facts, records });
  if (decision.kind === "refuse") throw refusalError(decision);
  const now = ports.ambient.now();
  const begun = begin(
    { ...rule, decidedBy: by },
    { kind: "createRule", status: "requested", id: ports.ambient.newId(), now },
  );
  const operation = { ...begun.operation, id: rule.operationId, createdAt: rule.requestedAt };
  const stored = await saveRule(
    ports,
    { etag, version: gathered.version },
    {
      rule: { ...begun.rule, operationId: rule.operationId },
      operation,
      history: entry(rule, "approved", by, now, "Approved."),
    },
  );
  await notifyWorker(ports, stored.value);
  return stored;
}

/** Ends a waiting rule. Errors as `approveRule`; a repeat of a rejection answers the rule as it is. */
export async function rejectRule(
  ports: DecisionPorts,
  registry: string,
  name: string,
  by: string,
  verified: boolean,
  reason: string | undefined,
): Promise<Stored<CacheRule>> {
  const found = await waiting(ports, registry, name, by, verified);
  const { value: rule, etag } = found;
  if (rule.status === "rejected") return found;
  if (rule.status !== "awaitingApproval") throw notWaiting(rule);
  const now = ports.ambient.now();
  const message = reason === undefined ? "Rejected." : `Rejected: ${reason}`;
  const operation = await ports.operations.get(rule.operationId);
  const failure = {
    code: "RequestRejected",
    message,
    remedy: `Ask ${by}, then send a request again.`,
  };
  return saveRule(
    ports,
    { etag },
    {
      rule: { ...rule, status: "rejected", decidedBy: by, failure, updatedAt: now },
      operation: operation && {
        ...operation,
        status: "Canceled",
        error: { code: failure.code, message },
        updatedAt: now,
      },
      history: entry(rule, "rejected", by, now, message),
    },
  );
}

async function waiting(
  ports: DecisionPorts,
  registry: string,
  name: string,
  by: string,
  verified: boolean,
): Promise<Stored<CacheRule>> {
  const { rule, etag } = await findRule(ports, registry, name);
  if (etag === undefined) throw notWaiting(rule);
  if (verified && by === rule.requestedBy && rule.status === "awaitingApproval") {
    throw new LarderError("forbidden", {
      code: "ApproverIsRequester",
      target: "name",
      message: "Somebody else than the requester must decide this.",
    });
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

import type { CacheRule, Failure, RuleStatus } from "./cache-rule.ts";
import {
  type HistoryEntry,
  type HistoryEvent,
  isFinal,
  type Operation,
  type OperationKind,
} from "./operation.ts";
import { plusSeconds, type Timestamp } from "./time.ts";

/** What a change of a rule writes, all in one transaction. */
export interface Written {
  readonly rule: CacheRule;
  readonly operation?: Operation | undefined;
  readonly superseded?: Operation | undefined;
  readonly history?: HistoryEntry | undefined;
}

/** One line of history about a rule. */
export function entry(
  rule: Pick<CacheRule, "registry" | "name">,
  event: HistoryEvent,
  by: string,
  at: Timestamp,
  message: string,
): HistoryEntry {
  return { at, registry: rule.registry, resource: rule.name, event, by, message };
}

/** Starts a long-running operation on a rule: the rule in its new status, and the operation to poll. */
export function begin(
  rule: CacheRule,
  started: {
    readonly kind: OperationKind;
    readonly status: RuleStatus;
    readonly id: string;
    readonly now: Timestamp;
  },
): { readonly rule: CacheRule; readonly operation: Operation } {
  const id = `${rule.registry.toLowerCase()}-${started.id}`;
  return {
    rule: {
      ...rule,
      status: started.status,
      operationId: id,
      begunAt: started.now,
      attempts: 0,
      nextAttemptAt: undefined,
      failure: undefined,
      drift: undefined,
      updatedAt: started.now,
    },
    operation: {
      id,
      kind: started.kind,
      registry: rule.registry,
      resource: rule.name,
      status: "NotStarted",
      createdAt: started.now,
      updatedAt: started.now,
    },
  };
}

/** Lets a rule that waited for an approver go on under the operation it has. */
export function resume(rule: CacheRule, operation: Operation | undefined, now: Timestamp): Written {
  return {
    rule: { ...rule, status: "requested", begunAt: now, attempts: 0, updatedAt: now },
    operation: operation && { ...operation, updatedAt: now },
  };
}

/** Seconds after which a worker that was creating a rule has ended or been killed: ARM's operation is waited for 60. */
const unsettledSeconds = 90;

/** Starts the deletion of a rule; what was under way for it ends. */
export function beginDeletion(
  rule: CacheRule,
  before: Operation | undefined,
  started: { readonly images: "keep" | "delete"; readonly id: string; readonly now: Timestamp },
): Written {
  const { images, id, now } = started;
  const unsettled = rule.status === "requested" && rule.attempts > 0;
  const unsettledUntil = unsettled
    ? plusSeconds(rule.updatedAt, unsettledSeconds)
    : rule.unsettledUntil;
  return {
    ...begin(
      { ...rule, images, unsettledUntil },
      { kind: "deleteRule", status: "deleting", id, now },
    ),
    superseded: before && !isFinal(before) ? supersede(before, now) : undefined,
  };
}

function supersede(operation: Operation, now: Timestamp): Operation {
  const error = { code: "Superseded", message: "A deletion of the rule took its place." };
  return { ...operation, status: "Canceled", error, updatedAt: now };
}

/** Counts a try before it is made, so that a crash counts as well. */
export function attempt(
  rule: CacheRule,
  operation: Operation | undefined,
  now: Timestamp,
): Written {
  return {
    rule: { ...rule, attempts: rule.attempts + 1, nextAttemptAt: undefined, updatedAt: now },
    operation: operation && { ...operation, status: "Running", updatedAt: now },
  };
}

/** Records until when a rule waits, so that nobody takes its message for lost. */
export function postpone(rule: CacheRule, seconds: number, now: Timestamp): Written {
  return { rule: { ...rule, nextAttemptAt: plusSeconds(now, seconds), updatedAt: now } };
}

/** ARM has the rule as asked. */
export function activate(
  rule: CacheRule,
  operation: Operation | undefined,
  now: Timestamp,
): Written {
  return {
    rule: {
      ...rule,
      status: "active",
      failure: undefined,
      drift: undefined,
      nextAttemptAt: undefined,
      updatedAt: now,
    },
    operation: operation && { ...operation, status: "Succeeded", updatedAt: now },
    history: entry(
      rule,
      "activated",
      "larder",
      now,
      `ARM has the rule: "${rule.source}" at "${rule.target}".`,
    ),
  };
}

/** It cannot be done; the record says why and what to do. */
export function fail(
  rule: CacheRule,
  operation: Operation | undefined,
  failure: Failure,
  now: Timestamp,
): Written {
  const { code, message, target, remedy } = failure;
  return {
    rule: { ...rule, status: "failed", failure, nextAttemptAt: undefined, updatedAt: now },
    operation: operation && {
      ...operation,
      status: "Failed",
      error: { code, message: `${message} ${remedy}`, target },
      updatedAt: now,
    },
    history: entry(rule, "failed", "larder", now, `${code}: ${message}`),
  };
}

import type { CacheRule, Failure, RuleStatus } from "./cache-rule.ts";
import type { HistoryEntry, HistoryEvent, Operation, OperationKind } from "./operation.ts";
import type { Timestamp } from "./time.ts";

/** What a change of a rule writes, all in one transaction. */
export interface Written {
  readonly rule: CacheRule;
  readonly operation?: Operation | undefined;
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

import type { CacheRule } from "./cache-rule.ts";
import type { By } from "./caller.ts";
import type { Decision } from "./decision.ts";
import { activate, begin, entry, type Written } from "./rule-lifecycle.ts";
import type { RuleRequest } from "./rule-request.ts";
import type { Timestamp } from "./time.ts";

/** A request that was decided well, and what its record needs besides. */
interface Asked {
  readonly decision: Extract<Decision, { kind: "accept" | "adopt" }>;
  /** As the settings spell it. */
  readonly registry: string;
  readonly request: RuleRequest;
  readonly by: By;
  readonly now: Timestamp;
  /** New and random: the operation's. */
  readonly id: string;
  /** What the upstream check had to tell. */
  readonly notes: readonly string[];
}

/** What is written for a decided request: requested, waiting for an approver, or, when taken over, active at once. */
export function recordRequest(asked: Asked): Written {
  const { decision, by, now, id } = asked;
  const base = recordOf(asked);
  if (decision.kind === "adopt") {
    const { rule, operation } = begin(base, { kind: "createRule", status: "requested", id, now });
    const message = `Taken over from outside: "${rule.source}" at "${rule.target}".`;
    return {
      ...activate(rule, operation, now),
      history: entry(rule, "adopted", by.name, now, message),
    };
  }
  const status = decision.approval ? "awaitingApproval" : "requested";
  const { rule, operation } = begin(base, { kind: "createRule", status, id, now });
  const message = `Asked for "${rule.source}" at "${rule.target}".`;
  return { rule, operation, history: entry(rule, "requested", by.name, now, message) };
}

function recordOf({ registry, decision, request, by, now, notes }: Asked): CacheRule {
  const { refresh, owner, reason, expiresOn } = request;
  return {
    ...decision.rule,
    registry,
    refresh,
    owner,
    reason,
    expiresOn,
    status: "requested",
    notes: [...decision.notes, ...notes],
    requestedBy: by.name,
    requestedById: by.id,
    requestedAt: now,
    updatedAt: now,
    operationId: "",
    attempts: 0,
  };
}

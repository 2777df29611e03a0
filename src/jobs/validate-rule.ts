import type { By } from "../domain/caller.ts";
import { decideCacheRule } from "../domain/decide-cache-rule.ts";
import type { DecidedRule } from "../domain/decision.ts";
import { isReason, type Problem } from "../domain/errors.ts";
import type { RuleRequest } from "../domain/rule-request.ts";
import { checkUpstream } from "./check-upstream.ts";
import { gatherFacts, readLive } from "./gather-facts.ts";
import type { RequestPorts } from "./request-rule.ts";

/** What a request would come to. */
export type Validation =
  | {
      readonly valid: true;
      readonly status: "requested" | "awaitingApproval" | "exists";
      readonly rule: DecidedRule;
      readonly notes: readonly string[];
    }
  | { readonly valid: false; readonly problems: readonly Problem[] };

/** Decides without doing: the same facts, decision and upstream check as `requestRule`, nothing written. */
export async function validateRule(
  ports: Omit<RequestPorts, "outbox">,
  registry: string,
  request: RuleRequest,
  by: By,
): Promise<Validation> {
  const view = await readLive(ports, registry);
  const { facts } = await gatherFacts(ports, view.registry, request, by, view);
  const decision = decideCacheRule(request, facts);
  if (decision.kind === "refuse") return { valid: false, problems: decision.problems };
  if (decision.kind !== "accept") {
    const { name, source, target, credentialSet } = decision.rule;
    return {
      valid: true,
      status: "exists",
      rule: { name, source, target, credentialSet },
      notes: decision.kind === "adopt" ? decision.notes : [],
    };
  }
  try {
    const notes = await checkUpstream(ports, decision.rule, request, view.credentialSets);
    return {
      valid: true,
      status: decision.approval ? "awaitingApproval" : "requested",
      rule: decision.rule,
      notes: [...decision.notes, ...notes],
    };
  } catch (error) {
    if (!isReason(error, "invalid")) throw error;
    return { valid: false, problems: [error.problem] };
  }
}

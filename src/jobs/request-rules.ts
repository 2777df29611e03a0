import { LarderError } from "../domain/errors.ts";
import type { RuleRequest } from "../domain/rule-request.ts";
import { readLive } from "./gather-facts.ts";
import { type RequestPorts, type RuleOutcome, requestRule } from "./request-rule.ts";

/**
 * Requests many rules, one after another in their order, each with its own result: one that is
 * refused does not stop the rest. ARM is read once. Rejects only when nothing could be decided
 * (unknown registry, ARM unavailable) or on a bug.
 */
export async function requestRules(
  ports: RequestPorts,
  registry: string,
  requests: readonly RuleRequest[],
  by: string,
): Promise<readonly (RuleOutcome | LarderError)[]> {
  const view = await readLive(ports, registry);
  const outcomes: (RuleOutcome | LarderError)[] = [];
  for (const request of requests) {
    try {
      outcomes.push(await requestRule(ports, registry, request, by, view));
    } catch (error) {
      if (!(error instanceof LarderError)) throw error;
      outcomes.push(error);
    }
  }
  return outcomes;
}

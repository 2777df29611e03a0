import type { By } from "../domain/caller.ts";
import { LarderError } from "../domain/errors.ts";
import type { RuleRequest } from "../domain/rule-request.ts";
import { secondsBetween } from "../domain/time.ts";
import { readLive } from "./gather-facts.ts";
import { type RequestPorts, type RuleOutcome, requestRule } from "./request-rule.ts";

/** The platform cuts an HTTP answer off after 230 s; whoever is not reached by then is told to ask again. */
const deadlineSeconds = 150;

/**
 * Requests many rules, one after another in their order, each with its own result: one that is
 * refused does not stop the rest. ARM is read once, and an upstream that gives no answer is asked
 * once. Rejects only when nothing could be decided (unknown registry, ARM unavailable) or on a bug.
 */
export async function requestRules(
  ports: RequestPorts,
  registry: string,
  requests: readonly RuleRequest[],
  by: By,
): Promise<readonly (RuleOutcome | LarderError)[]> {
  const started = ports.ambient.now();
  const options = { view: await readLive(ports, registry), silent: new Map<string, string>() };
  const outcomes: (RuleOutcome | LarderError)[] = [];
  for (const request of requests) {
    if (secondsBetween(started, ports.ambient.now()) > deadlineSeconds) {
      outcomes.push(notTried());
      continue;
    }
    try {
      outcomes.push(await requestRule(ports, registry, request, by, options));
    } catch (error) {
      if (!(error instanceof LarderError)) throw error;
      outcomes.push(error);
    }
  }
  return outcomes;
}

function notTried(): LarderError {
  const message = "The batch took too long to reach this rule. Send it again.";
  return new LarderError("unavailable", { code: "NotTried", message }, { retryAfterSeconds: 1 });
}

import type { CacheRule } from "../domain/cache-rule.ts";
import { isReason, LarderError } from "../domain/errors.ts";
import type { Operation } from "../domain/operation.ts";
import {
  maximumAttempts,
  planConvergence,
  retryDelay,
  type Step,
} from "../domain/plan-convergence.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { failureOf, gaveUp, passes, workerBroke } from "../domain/rule-failure.ts";
import { activate, attempt, fail } from "../domain/rule-lifecycle.ts";
import { plusSeconds } from "../domain/time.ts";
import { forgetRule } from "./forget-rule.ts";
import { saveRule } from "./save-rule.ts";

export type ConvergePorts = Pick<
  Ports,
  "rules" | "operations" | "outbox" | "cacheRules" | "cacheRuleWriter" | "repositories" | "ambient"
>;

interface Work {
  readonly stored: Stored<CacheRule>;
  readonly operation: Operation | undefined;
}

/** ARM steps of one run: create (or change, or remove), look again, settle. More than that is a loop. */
const maximumSteps = 4;

/**
 * Brings ARM to what one rule's record asks, as far as it goes now, and records how far that was.
 * Answers a line for the log. What ARM refuses is recorded with its remedy; what it could not
 * answer is sent again to this worker, no sooner than ARM asked. Throws when state storage or the
 * queue does not answer (the message then comes again by itself), and on bugs, which on the last
 * try are recorded first, so that the rule does not wait for ever. Any number of runs at once, killed
 * anywhere, come to the same end.
 */
export async function convergeRule(
  ports: ConvergePorts,
  message: { readonly registry: string; readonly name: string },
  lastTry: boolean,
): Promise<string> {
  const label = `${message.registry}/${message.name}`;
  const stored = await ports.rules.get(message.registry, message.name);
  if (!stored) return `${label}: gone`;
  const first = planConvergence(stored.value, undefined, ports.ambient.now());
  if (first.kind === "nothing") return `${label}: nothing to do, ${first.why}`;
  // Whoever recorded the wait has sent a message for its end; a second one would only multiply.
  if (first.kind === "wait") return `${label}: too early, ${first.why}`;
  const work = await count(ports, stored);
  if (!work) return `${label}: another worker has it`;
  try {
    return await run(ports, work);
  } catch (error) {
    if (isReason(error, "stale")) return again(ports, stored.value, 1, "the record moved");
    if (error instanceof LarderError) return settle(ports, work, error);
    if (lastTry)
      await saveRule(
        ports,
        work.stored,
        fail(work.stored.value, work.operation, workerBroke, ports.ambient.now()),
      );
    throw error;
  }
}

/** Records that a try begins. Undefined when another worker did so at the same moment: its message will see to the rest. */
async function count(ports: ConvergePorts, stored: Stored<CacheRule>): Promise<Work | undefined> {
  const operation = await ports.operations.get(stored.value.operationId);
  const written = attempt(stored.value, operation, ports.ambient.now());
  try {
    return { stored: await saveRule(ports, stored, written), operation: written.operation };
  } catch (error) {
    if (isReason(error, "stale")) return undefined;
    throw error;
  }
}

async function run(ports: ConvergePorts, work: Work): Promise<string> {
  const { value: rule } = work.stored;
  const label = `${rule.registry}/${rule.name}`;
  for (let steps = 0; steps < maximumSteps; steps += 1) {
    const step = planConvergence(
      rule,
      await ports.cacheRules.get(rule.registry, rule.name),
      ports.ambient.now(),
    );
    switch (step.kind) {
      case "nothing":
        return `${label}: nothing to do, ${step.why}`;
      case "wait":
        return later(ports, work.stored, step.seconds, step.why);
      case "activate":
        await saveRule(ports, work.stored, activate(rule, work.operation, ports.ambient.now()));
        return `${label}: active`;
      case "fail":
        await saveRule(
          ports,
          work.stored,
          fail(rule, work.operation, step.failure, ports.ambient.now()),
        );
        return `${label}: failed, ${step.failure.code}`;
      case "forget":
        return `${label}: ${await forgetRule(ports, work.stored, work.operation)}`;
      case "create":
      case "changeCredentialSet":
      case "remove":
        await act(ports, rule, step);
    }
  }
  const seconds = retryDelay(rule.attempts, undefined);
  return later(ports, work.stored, seconds, "ARM does not show the change yet");
}

function act(
  ports: ConvergePorts,
  rule: CacheRule,
  step: Extract<Step, { kind: "create" | "changeCredentialSet" | "remove" }>,
): Promise<void> {
  const { registry, name, source, target, credentialSet } = rule;
  switch (step.kind) {
    case "create":
      return ports.cacheRuleWriter.create(registry, name, { source, target, credentialSet });
    case "changeCredentialSet":
      return ports.cacheRuleWriter.changeCredentialSet(registry, name, credentialSet);
    case "remove":
      return ports.cacheRuleWriter.remove(registry, name);
  }
}

async function settle(
  ports: ConvergePorts,
  { stored, operation }: Work,
  error: LarderError,
): Promise<string> {
  const { value: rule } = stored;
  const label = `${rule.registry}/${rule.name}`;
  const now = ports.ambient.now();
  const passing = passes(error);
  if (passing && rule.attempts < maximumAttempts) {
    const seconds = retryDelay(rule.attempts, error.retryAfterSeconds);
    return later(ports, stored, seconds, error.problem.code);
  }
  const failure = passing ? gaveUp(rule.attempts, error.problem.message) : failureOf(error);
  await saveRule(ports, stored, fail(rule, operation, failure, now));
  return `${label}: failed, ${failure.code}`;
}

/** Records until when the rule waits, so that nobody takes its message for lost, then sends it. */
async function later(
  ports: ConvergePorts,
  stored: Stored<CacheRule>,
  seconds: number,
  why: string,
): Promise<string> {
  const now = ports.ambient.now();
  const nextAttemptAt = plusSeconds(now, seconds);
  await saveRule(ports, stored, { rule: { ...stored.value, nextAttemptAt, updatedAt: now } });
  return again(ports, stored.value, seconds, why);
}

/** The queue holds the message back; a queue that takes nothing now throws, and the delivered message comes again. */
async function again(
  ports: ConvergePorts,
  { registry, name }: CacheRule,
  seconds: number,
  why: string,
): Promise<string> {
  await ports.outbox.send({ kind: "converge-rule", registry, name }, seconds);
  return `${registry}/${name}: again in ${seconds} s, ${why}`;
}

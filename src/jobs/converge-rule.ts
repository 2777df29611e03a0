import type { CacheRule } from "../domain/cache-rule.ts";
import { isReason, LarderError } from "../domain/errors.ts";
import type { Operation } from "../domain/operation.ts";
import { isOverdue, planConvergence, retryDelay, whyNotNow } from "../domain/plan-convergence.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { failureOf, gaveUp, passes, workerBroke } from "../domain/rule-failure.ts";
import { activate, attempt, fail, postpone } from "../domain/rule-lifecycle.ts";
import { forgetRule } from "./forget-rule.ts";
import { saveRule } from "./save-rule.ts";
import { takeArmStep } from "./take-arm-step.ts";

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

/** Seconds before its time at which a message is kept. */
const nearSeconds = 10;

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
  const notNow = whyNotNow(stored.value, ports.ambient.now());
  if (notNow?.kind === "nothing") return `${label}: nothing to do, ${notNow.why}`;
  if (notNow) return tooEarly(ports, stored.value, notNow);
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

/**
 * A message that comes before its time. Whoever recorded a long wait has sent one for its end, so
 * this one is a double and dropped; near the end it may be that very one (clocks differ), and goes back.
 */
async function tooEarly(
  ports: ConvergePorts,
  rule: CacheRule,
  { seconds, why }: { readonly seconds: number; readonly why: string },
): Promise<string> {
  if (seconds <= nearSeconds) return again(ports, rule, seconds + 1, why);
  return `${rule.registry}/${rule.name}: too early, ${why}`;
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
        return later(ports, work, step.seconds, step.why);
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
      case "abandon":
      case "forget":
        return `${label}: ${await forgetRule(ports, work.stored, work.operation, step.kind)}`;
      case "create":
      case "changeCredentialSet":
      case "remove":
        await takeArmStep(ports, rule, step);
    }
  }
  const seconds = retryDelay(rule.attempts, undefined);
  return later(ports, work, seconds, "ARM does not show the change yet");
}

async function settle(ports: ConvergePorts, work: Work, error: LarderError): Promise<string> {
  const { value: rule } = work.stored;
  const { code, message } = error.problem;
  if (passes(error)) {
    return later(ports, work, retryDelay(rule.attempts, error.retryAfterSeconds), code, message);
  }
  const failure = failureOf(error);
  await saveRule(ports, work.stored, fail(rule, work.operation, failure, ports.ambient.now()));
  return `${rule.registry}/${rule.name}: failed, ${failure.code}`;
}

/**
 * Sends the message for the end of a wait, then records the wait, so that nobody takes the message
 * for lost; in this order, so that a crash between the two leaves one message too many, not none.
 * A rule that has waited too long is given up instead.
 */
async function later(
  ports: ConvergePorts,
  { stored, operation }: Work,
  seconds: number,
  why: string,
  last: string = why,
): Promise<string> {
  const { value: rule } = stored;
  const now = ports.ambient.now();
  if (isOverdue(rule, now)) {
    await saveRule(ports, stored, fail(rule, operation, gaveUp(rule.attempts, last), now));
    return `${rule.registry}/${rule.name}: failed, GaveUp`;
  }
  const line = await again(ports, rule, seconds, why);
  await saveRule(ports, stored, postpone(rule, seconds, now));
  return line;
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

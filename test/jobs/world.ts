import type { WorkMessage } from "../../src/domain/messages.ts";
import { convergeRule } from "../../src/jobs/converge-rule.ts";
import { reconcileRules } from "../../src/jobs/reconcile-rules.ts";
import type { FakePorts } from "../fakes/ports.ts";

/** What a killed process throws at whoever waits for it: no LarderError, so nothing can take it for an answer. */
export class Killed extends Error {}

/** Tries the host gives a message before it goes to the poison queue (host.json maxDequeueCount). */
const maxDequeueCount = 5;

/**
 * Plays the platform: delivers every visible message, again while the worker throws, until the
 * queue is empty or `rounds` are over; between rounds time passes. Answers the report lines.
 */
export async function work(ports: FakePorts, rounds = 40): Promise<string[]> {
  const lines: string[] = [];
  for (let round = 0; round < rounds && ports.queue.waiting().length > 0; round += 1) {
    for (const message of ports.queue.take()) lines.push(await deliver(ports, message));
    ports.clock.advance(5);
  }
  return lines;
}

async function deliver(ports: FakePorts, message: WorkMessage): Promise<string> {
  for (let count = 1; count <= maxDequeueCount; count += 1) {
    try {
      return await convergeRule(ports, message, count === maxDequeueCount);
    } catch {
      ports.clock.advance(30);
    }
  }
  return `poison: ${message.registry}/${message.name}`;
}

/** What the timers do while nobody looks: reconcile, work, and again, over half an hour. */
export async function recover(ports: FakePorts): Promise<void> {
  for (let run = 0; run < 6; run += 1) {
    await work(ports);
    ports.clock.advance(300);
    // A timer that throws runs again at its next time.
    await reconcileRules(ports).catch(() => undefined);
  }
  await work(ports);
}

import { LarderError } from "../domain/errors.ts";
import { reportJob, reportRan } from "../domain/heartbeat-names.ts";
import type { Ports } from "../domain/ports.ts";
import type { Signal } from "../domain/signal.ts";
import { type BudgetPorts, countBudgets } from "./count-budgets.ts";
import { countQueues } from "./count-queues.ts";
import { countRules } from "./count-rules.ts";
import { countTags, type TagPorts } from "./count-tags.ts";
import { type AwayPorts, seeAwayTag } from "./see-away-tag.ts";
import { type SetPorts, seeCredentialSets } from "./see-credential-sets.ts";

type ReportPorts = AwayPorts &
  BudgetPorts &
  TagPorts &
  SetPorts &
  Pick<Ports, "heartbeats" | "queues" | "rules" | "signals">;

/** One part of the report: a few calls, whatever there is to count. */
interface Part {
  readonly name: string;
  readonly read: () => Promise<readonly Signal[]>;
}

/**
 * Tells in the log how Larder is: queues, rules, tags, budgets and credential sets. Answers a line for the log. A part
 * that fails is told as `ReportIncomplete` and stops nothing else, but the run then ends in an AggregateError, and
 * health hears that it ran, not that it succeeded.
 */
export async function report(ports: ReportPorts): Promise<string> {
  const lines: string[] = [];
  const failures: unknown[] = [];
  for (const { name, read } of partsOf(ports)) {
    try {
      const signals = await read();
      ports.signals.write(signals);
      lines.push(`${name}: ${signals.length} told`);
    } catch (error) {
      failures.push(error);
      lines.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      ports.signals.write([{ name: "ReportIncomplete", part: name, message: toldOf(error) }]);
    }
  }
  await ports.heartbeats.beat(reportRan, ports.ambient.now());
  if (failures.length > 0) throw new AggregateError(failures, lines.join("; "));
  await ports.heartbeats.beat(reportJob, ports.ambient.now());
  return lines.join("; ");
}

function partsOf(ports: ReportPorts): readonly Part[] {
  const parts: Part[] = [
    { name: "queues", read: () => countQueues(ports) },
    { name: "budgets", read: () => countBudgets(ports) },
  ];
  for (const registry of ports.registries.names)
    parts.push(
      { name: `rules of ${registry}`, read: () => countRules(ports, registry) },
      { name: `tags of ${registry}`, read: () => countTags(ports, registry) },
      { name: `purges in ${registry}`, read: () => seeAwayTag(ports, registry) },
      { name: `credential sets of ${registry}`, read: () => seeCredentialSets(ports, registry) },
    );
  return parts;
}

/** Only errors of ours are known to be free of secrets. */
function toldOf(error: unknown): string {
  return error instanceof LarderError
    ? error.message
    : "It failed for a reason that nobody foresaw. The failed run of the function report names it.";
}

import { LarderError } from "../domain/errors.ts";
import { rotationsJob, rotationsRan } from "../domain/heartbeat-names.ts";
import { nextAtOf } from "../domain/plan-rotation.ts";
import type { Ports } from "../domain/ports.ts";
import { findOverdue, type OverduePorts, type Sweep } from "./find-overdue.ts";
import { orProblem } from "./or-problem.ts";
import { wake } from "./rotate-credential-set.ts";

type SweepPorts = OverduePorts &
  Pick<Ports, "heartbeats" | "registries" | "rotations" | "rotationOutbox">;

/**
 * Wakes the worker for every credential set that has something to do: whatever event or message was lost, this finds it.
 * Answers a line for the log. A registry that fails, a record that cannot be read and a set that no worker gets through
 * with stop nothing else, but the run then ends in an AggregateError, and health hears that it ran, not that it succeeded.
 */
export async function sweepRotations(ports: SweepPorts): Promise<string> {
  const lines: string[] = [];
  const failures: unknown[] = [];
  const now = ports.ambient.now();
  const last = await orProblem(ports.heartbeats.last(rotationsRan));
  if (last instanceof LarderError) failures.push(last);
  const sweep = { now, last: last instanceof LarderError ? undefined : last };
  for (const registry of ports.registries.names) {
    try {
      const { line, troubles } = await sweepRegistry(ports, registry, sweep);
      failures.push(...troubles);
      const all = [line, ...troubles.map(({ message }) => message)];
      lines.push(`${registry}: ${all.join(", ")}`);
    } catch (error) {
      failures.push(error);
      lines.push(`${registry}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  // The beginning, so that no full day of lateness falls between two sweeps.
  await ports.heartbeats.beat(rotationsRan, now);
  if (failures.length > 0) throw new AggregateError(failures, lines.join("; "));
  await ports.heartbeats.beat(rotationsJob, now);
  return lines.join("; ");
}

async function sweepRegistry(
  ports: SweepPorts,
  registry: string,
  sweep: Sweep,
): Promise<{ readonly line: string; readonly troubles: readonly Error[] }> {
  const now = ports.ambient.now();
  const { records, unreadable } = await ports.rotations.list(registry);
  const due = records.filter(({ value }) => {
    const { lease, unsaid, unpublished } = value;
    const untold = unsaid.length + unpublished.length > 0;
    const free = lease === undefined || lease.until <= now;
    return free && (untold || nextAtOf(value) <= now);
  });
  for (const { value } of due) await wake(ports, registry, value.name);
  return {
    line: `${records.length} credential sets renewed, ${due.length} with something to do`,
    troubles: [
      ...unreadable.map(({ problem }) => new LarderError("refused", problem)),
      ...(await findOverdue(ports, registry, records, sweep)),
    ],
  };
}

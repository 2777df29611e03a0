import { rotationsJob, rotationsRan } from "../domain/heartbeat-names.ts";
import { nextAtOf } from "../domain/plan-rotation.ts";
import type { Ports } from "../domain/ports.ts";
import { wake } from "./rotate-credential-set.ts";

type SweepPorts = Pick<
  Ports,
  "ambient" | "heartbeats" | "registries" | "rotations" | "rotationOutbox"
>;

/**
 * Wakes the worker for every credential set that has something to do: whatever event or message was lost, this finds it.
 * Answers a line for the log. A registry that fails does not stop the others, but the run then ends in an AggregateError.
 */
export async function sweepRotations(ports: SweepPorts): Promise<string> {
  const lines: string[] = [];
  const failures: unknown[] = [];
  for (const registry of ports.registries.names) {
    try {
      lines.push(`${registry}: ${await sweepRegistry(ports, registry)}`);
    } catch (error) {
      failures.push(error);
      lines.push(`${registry}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  await ports.heartbeats.beat(rotationsRan, ports.ambient.now());
  if (failures.length > 0) throw new AggregateError(failures, lines.join("; "));
  await ports.heartbeats.beat(rotationsJob, ports.ambient.now());
  return lines.join("; ");
}

async function sweepRegistry(ports: SweepPorts, registry: string): Promise<string> {
  const now = ports.ambient.now();
  const stored = await ports.rotations.list(registry);
  const due = stored.filter(({ value }) => {
    const { lease, unsaid, unpublished } = value;
    const untold = unsaid.length + unpublished.length > 0;
    const free = lease === undefined || lease.until <= now;
    return free && (untold || nextAtOf(value) <= now);
  });
  for (const { value } of due) await wake(ports, registry, value.name);
  return `${stored.length} credential sets renewed, ${due.length} with something to do`;
}

import type { Clients } from "./client-process.ts";
import type { ClientReport, Phase } from "./client-protocol.ts";
import type { CloudProcess } from "./cloud-process.ts";
import type { FloorTask } from "./floor-task.ts";
import type { LarderReport, LarderStep, LarderTask, StorageCounts } from "./larder-task.ts";
import { startStorage } from "./storage-process.ts";
import { type Count, type Totals, totals } from "./tally.ts";
import { type WorkloadName, workload } from "./workload.ts";

/** A phase with the requests that the far ends counted in it. */
export interface MeasuredPhase {
  readonly name: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly totals: Totals;
  readonly counts: readonly Count[];
  /** Of Larder only. */
  readonly storage?: StorageCounts | undefined;
}

export interface Measurement {
  readonly phases: readonly MeasuredPhase[];
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

export interface LarderMeasurement extends Measurement {
  readonly results: readonly string[];
}

const namesIn = (name: WorkloadName) => workload(name).repositories.map((one) => one.name);

/** Counts phase by phase: nothing is under way between two of them. */
function phaseCounter({ ask }: CloudProcess) {
  const phases: MeasuredPhase[] = [];
  return {
    phases,
    async onPhase({ name, from, to, cpuSeconds }: Phase) {
      const counts = await ask("counts");
      await ask("clear");
      const seconds = (to - from) / 1000;
      phases.push({ name, seconds, cpuSeconds, totals: totals(counts), counts });
    },
  };
}

function measured(phases: readonly MeasuredPhase[], { peakMiB }: ClientReport): Measurement {
  const sum = (key: "seconds" | "cpuSeconds") => phases.reduce((all, one) => all + one[key], 0);
  return { phases, peakMiB, seconds: sum("seconds"), cpuSeconds: sum("cpuSeconds") };
}

/** The floor on freshly reset far ends. Throws unless all tags are fresh afterwards. */
export async function measureFloor(
  clients: Clients,
  cloud: CloudProcess,
  name: WorkloadName,
  order: FloorTask["order"],
): Promise<Measurement> {
  await cloud.ask("reset");
  const counter = phaseCounter(cloud);
  const task: FloorTask = { places: cloud.places, repositories: namesIn(name), order };
  const report = await clients.run<ClientReport, FloorTask>("floor", task, counter);
  await mustBeFresh(cloud, "the floor");
  return measured(counter.phases, report);
}

/** Larder on freshly reset far ends and an empty Azurite. Throws unless all tags are fresh afterwards. */
export async function measureLarder(
  clients: Clients,
  cloud: CloudProcess,
  name: WorkloadName,
  steps: readonly LarderStep[],
  more: {
    readonly windowSeconds?: number;
    readonly tables?: "azurite" | "light";
    readonly node?: readonly string[];
  } = {},
): Promise<LarderMeasurement> {
  await cloud.ask("reset");
  const storage = await startStorage(more.tables ?? "azurite");
  try {
    const counter = phaseCounter(cloud);
    const { windowSeconds, node = [] } = more;
    const task: LarderTask = {
      places: cloud.places,
      repositories: namesIn(name),
      storage: storage.connectionString,
      steps,
      ...(windowSeconds !== undefined && { windowSeconds }),
    };
    const report = await clients.run<LarderReport, LarderTask>("larder", task, {
      ...counter,
      node,
    });
    if (report.failures.length > 0) throw new Error(`Larder failed: ${report.failures.join("\n")}`);
    await mustBeFresh(cloud, `Larder (${report.results.join("; ")})`);
    const phases = counter.phases.map((one, at) => ({ ...one, storage: report.storage[at] }));
    return { ...measured(phases, report), results: report.results };
  } finally {
    await storage.close();
  }
}

/** Whatever was measured, it must have done its work. */
async function mustBeFresh(cloud: CloudProcess, who: string): Promise<void> {
  const { stale, missing } = await cloud.ask("state");
  if (stale + missing > 0)
    throw new Error(`${who} left ${stale} tags stale and ${missing} missing`);
}

/** The phase of that name. */
export function phaseOf({ phases }: Measurement, name: string): MeasuredPhase {
  const found = phases.find((one) => one.name === name);
  if (!found) throw new Error(`there was no phase "${name}"`);
  return found;
}

/** All phases together. */
export function totalOf({ phases }: Pick<Measurement, "phases">): Totals {
  return totals(phases.flatMap(({ counts }) => counts));
}

import { once } from "node:events";
import type { CloudPlaces } from "./cloud-protocol.ts";

/** What a measured Node process is started with, as its one argument. */
export interface ClientTask {
  readonly places: CloudPlaces;
  /** Names upstream. */
  readonly repositories: readonly string[];
}

/** A stretch of a run. Times in milliseconds since the epoch. */
export interface Phase {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** What it sends when it is done. */
export interface ClientReport {
  readonly phases: readonly Phase[];
  /** Processor time of the whole process, its start included. */
  readonly cpuSeconds: number;
  /** Peak resident memory of the process. */
  readonly peakMiB: number;
}

/** Tells the parent that a phase is over, and waits until it has counted. */
export async function phaseEnded(phase: Phase): Promise<void> {
  const told = once(process, "message");
  process.send?.({ ended: phase });
  await told;
}

/** Hands the report over and lets the process end; it ends with 1 when the work failed. */
export async function deliver(work: Promise<ClientReport>): Promise<void> {
  try {
    const done = await work;
    await new Promise((resolve) => process.send?.(done, resolve));
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
  process.disconnect();
}

export function report(phases: readonly Phase[]): ClientReport {
  const { user, system } = process.cpuUsage();
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  return { phases, cpuSeconds: (user + system) / 1e6, peakMiB };
}

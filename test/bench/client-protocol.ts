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
  /** Processor time of the process. */
  readonly cpuSeconds: number;
}

/** What it sends when it is done. */
export interface ClientReport {
  /** Peak resident memory of the process. */
  readonly peakMiB: number;
}

/** Does the work as a phase: tells the parent when it is over, and waits until that has counted. */
export async function inPhase<T>(name: string, work: () => Promise<T>): Promise<T> {
  const [from, before] = [Date.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const ended: Phase = { name, from, to: Date.now(), cpuSeconds: (user + system) / 1e6 };
  const told = once(process, "message");
  process.send?.({ ended });
  await told;
  return result;
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

/** The report as it is now. */
export const report = (): ClientReport => ({ peakMiB: process.resourceUsage().maxRSS / 1024 });

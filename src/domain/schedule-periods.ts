import { reconcileJob, reportJob, rotationsJob, sweepJob } from "./heartbeat-names.ts";
import type { Ports } from "./ports.ts";

export type PeriodPorts = Pick<
  Ports,
  "settings" | "refreshSettings" | "rotationSettings" | "reportSettings"
>;

/** Work that a timer starts, by the name of its heartbeat. */
export type ScheduledJob =
  | typeof reconcileJob
  | typeof sweepJob
  | typeof rotationsJob
  | typeof reportJob;

/** Seconds between two runs of a timer's schedule, as the settings say. */
export function periodOf(ports: PeriodPorts, job: ScheduledJob): number {
  return {
    [reconcileJob]: ports.settings.reconcileEverySeconds,
    [sweepJob]: ports.refreshSettings.sweepEverySeconds,
    [rotationsJob]: ports.rotationSettings.sweepEverySeconds,
    [reportJob]: ports.reportSettings.everySeconds,
  }[job];
}

import { LarderError } from "../domain/errors.ts";
import {
  reconcileJob,
  reconcileRan,
  reportJob,
  reportRan,
  rotationsJob,
  rotationsRan,
  sweepJob,
  sweepRan,
} from "../domain/heartbeat-names.ts";
import type { Ports } from "../domain/ports.ts";
import { type PeriodPorts, periodOf, type ScheduledJob } from "../domain/schedule-periods.ts";
import { secondsBetween } from "../domain/time.ts";

export interface Health {
  readonly healthy: boolean;
  readonly checks: readonly Check[];
}

interface Check {
  readonly name: string;
  readonly healthy: boolean;
  readonly message: string;
}

type HealthPorts = PeriodPorts & Pick<Ports, "heartbeats" | "ambient">;

/** Marks when a deployment was first asked for its health, so that a timer that never ran is noticed too. */
const firstAsked = "health-first-asked";

/**
 * Whether the scheduled work runs (timers have been seen to stop for good after a deployment,
 * Azure/azure-functions-host#11828) and state storage answers. Never rejects for what it reports on.
 */
export async function readHealth(ports: HealthPorts): Promise<Health> {
  try {
    const jobs = await Promise.all(scheduled.map((job) => checkJob(ports, job)));
    const storage = { name: "storage", healthy: true, message: "State storage answers." };
    return { healthy: jobs.every(({ healthy }) => healthy), checks: [storage, ...jobs] };
  } catch (error) {
    if (!(error instanceof LarderError)) throw error;
    const message = `State storage does not answer (${error.problem.code}).`;
    return { healthy: false, checks: [{ name: "storage", healthy: false, message }] };
  }
}

/** Work that a timer starts. */
interface Scheduled {
  readonly name: ScheduledJob;
  readonly title: string;
  /** Heartbeats: ran to its end, and without a failure. */
  readonly ran: string;
  readonly succeeded: string;
  /** What to do, and what still works, while its timer stands still. */
  readonly meanwhile: string;
}

const scheduled: readonly Scheduled[] = [
  {
    name: reconcileJob,
    title: "Reconcile",
    ran: reconcileRan,
    succeeded: reconcileJob,
    meanwhile: "Restart the app; rules asked for meanwhile are kept.",
  },
  {
    name: sweepJob,
    title: "Sweep",
    ran: sweepRan,
    succeeded: sweepJob,
    meanwhile:
      "Restart the app; refreshes on demand (POST /api/registries/{registry}/refreshes) still work.",
  },
  {
    name: rotationsJob,
    title: "Rotation sweep",
    ran: rotationsRan,
    succeeded: rotationsJob,
    meanwhile:
      "Restart the app; POST /api/registries/{registry}/credential-sets/{name}/rotate still works.",
  },
  {
    name: reportJob,
    title: "Report",
    ran: reportRan,
    succeeded: reportJob,
    meanwhile:
      "Restart the app; all else goes on, but alerts hear nothing of queues, tags, budgets and credential sets.",
  },
];

async function checkJob(ports: HealthPorts, job: Scheduled): Promise<Check> {
  const { name, title } = job;
  const now = ports.ambient.now();
  const allowed = 3 * periodOf(ports, name);
  const [ran, succeeded, asked] = await Promise.all(
    [job.ran, job.succeeded, firstAsked].map((beat) => ports.heartbeats.last(beat)),
  );
  if (asked === undefined) await ports.heartbeats.beat(firstAsked, now);
  const age = (since: string | undefined) => Math.round(secondsBetween(since ?? asked ?? now, now));
  const last =
    ran === undefined ? `${title} has not run yet` : `${title} last ran ${age(ran)} s ago`;
  if (age(ran) > allowed) {
    const message = `${last}, and ${allowed} s are allowed: timers may have stopped. ${job.meanwhile}`;
    return { name, healthy: false, message };
  }
  if (age(succeeded) > allowed) {
    const message = `${last}, but has not succeeded for ${age(succeeded)} s: its log line names what fails.`;
    return { name, healthy: false, message };
  }
  return { name, healthy: true, message: `${last}.` };
}

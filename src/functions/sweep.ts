import type { InvocationContext, Timer, TimerFunctionOptions } from "@azure/functions";
import { sweepJob } from "../domain/heartbeat-names.ts";
import type { Ports } from "../domain/ports.ts";
import { sweep } from "../jobs/sweep.ts";
import { tellRun } from "../jobs/tell-run.ts";

/** Looks for repositories that are due, on a schedule. */
export function sweepTimer(ports: () => Ports): TimerFunctionOptions {
  return {
    schedule: "%SWEEP_SCHEDULE%",
    async handler(_timer: Timer, context: InvocationContext) {
      context.log(await tellRun(ports(), sweepJob, sweep));
    },
  };
}

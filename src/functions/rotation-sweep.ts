import type { InvocationContext, Timer, TimerFunctionOptions } from "@azure/functions";
import { rotationsJob } from "../domain/heartbeat-names.ts";
import type { Ports } from "../domain/ports.ts";
import { sweepRotations } from "../jobs/sweep-rotations.ts";
import { tellRun } from "../jobs/tell-run.ts";

/** Looks for credential sets with something to do, on a schedule. */
export function rotationSweep(ports: () => Ports): TimerFunctionOptions {
  return {
    schedule: "%ROTATION_SCHEDULE%",
    async handler(_timer: Timer, context: InvocationContext) {
      context.log(await tellRun(ports(), rotationsJob, sweepRotations));
    },
  };
}

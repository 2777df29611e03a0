import type { InvocationContext, Timer, TimerFunctionOptions } from "@azure/functions";
import { reportJob } from "../domain/heartbeat-names.ts";
import type { Ports } from "../domain/ports.ts";
import { report } from "../jobs/report.ts";
import { tellRun } from "../jobs/tell-run.ts";

/** Tells how Larder is, on a schedule. */
export function reportTimer(ports: () => Ports): TimerFunctionOptions {
  return {
    schedule: "%REPORT_SCHEDULE%",
    async handler(_timer: Timer, context: InvocationContext) {
      context.log(await tellRun(ports(), reportJob, report));
    },
  };
}

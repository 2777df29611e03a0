import type { InvocationContext, Timer, TimerFunctionOptions } from "@azure/functions";
import { reconcileJob } from "../domain/heartbeat-names.ts";
import type { Ports } from "../domain/ports.ts";
import { reconcileRules } from "../jobs/reconcile-rules.ts";
import { tellRun } from "../jobs/tell-run.ts";

/** Compares records with ARM on a schedule. */
export function reconcile(ports: () => Ports): TimerFunctionOptions {
  return {
    schedule: "%RECONCILE_SCHEDULE%",
    async handler(_timer: Timer, context: InvocationContext) {
      context.log(await tellRun(ports(), reconcileJob, reconcileRules));
    },
  };
}

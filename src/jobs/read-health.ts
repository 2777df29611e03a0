import { LarderError } from "../domain/errors.ts";
import type { Ports } from "../domain/ports.ts";
import { secondsBetween } from "../domain/time.ts";
import { reconcileJob } from "./reconcile-rules.ts";

export interface Health {
  readonly healthy: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly healthy: boolean;
    readonly message: string;
  }[];
}

/** Marks when a deployment was first asked for its health, so that a timer that never ran is noticed too. */
const firstAsked = "health-first-asked";

/**
 * Whether the scheduled work runs (timers have been seen to stop for good after a deployment,
 * Azure/azure-functions-host#11828) and state storage answers. Never rejects for what it reports on.
 */
export async function readHealth(
  ports: Pick<Ports, "heartbeats" | "ambient" | "settings">,
): Promise<Health> {
  const now = ports.ambient.now();
  const allowed = 3 * ports.settings.reconcileEverySeconds;
  try {
    const last = await ports.heartbeats.last(reconcileJob);
    const since = last ?? (await ports.heartbeats.last(firstAsked));
    if (since === undefined) await ports.heartbeats.beat(firstAsked, now);
    const age = since === undefined ? 0 : Math.round(secondsBetween(since, now));
    const healthy = age <= allowed;
    const ran =
      last === undefined ? "Reconcile has not run yet" : `Reconcile last ran ${age} s ago`;
    const remedy = healthy
      ? "."
      : `, more than the ${allowed} s allowed: timers may have stopped. Restart the app; rules asked for meanwhile are kept.`;
    const checks = [
      { name: "storage", healthy: true, message: "State storage answers." },
      { name: reconcileJob, healthy, message: `${ran}${remedy}` },
    ];
    return { healthy, checks };
  } catch (error) {
    if (!(error instanceof LarderError)) throw error;
    return {
      healthy: false,
      checks: [
        {
          name: "storage",
          healthy: false,
          message: `State storage does not answer (${error.problem.code}).`,
        },
      ],
    };
  }
}

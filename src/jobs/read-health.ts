import { LarderError } from "../domain/errors.ts";
import type { Ports } from "../domain/ports.ts";
import { secondsBetween } from "../domain/time.ts";
import { reconcileJob, reconcileRan } from "./reconcile-rules.ts";

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
  try {
    const reconcile = await reconcileCheck(ports);
    const storage = { name: "storage", healthy: true, message: "State storage answers." };
    return { healthy: reconcile.healthy, checks: [storage, reconcile] };
  } catch (error) {
    if (!(error instanceof LarderError)) throw error;
    const message = `State storage does not answer (${error.problem.code}).`;
    return { healthy: false, checks: [{ name: "storage", healthy: false, message }] };
  }
}

async function reconcileCheck(
  ports: Pick<Ports, "heartbeats" | "ambient" | "settings">,
): Promise<Health["checks"][number]> {
  const name = reconcileJob;
  const now = ports.ambient.now();
  const allowed = 3 * ports.settings.reconcileEverySeconds;
  const [ran, succeeded, asked] = await Promise.all(
    [reconcileRan, reconcileJob, firstAsked].map((job) => ports.heartbeats.last(job)),
  );
  if (asked === undefined) await ports.heartbeats.beat(firstAsked, now);
  const age = (since: string | undefined) => Math.round(secondsBetween(since ?? asked ?? now, now));
  const last =
    ran === undefined ? "Reconcile has not run yet" : `Reconcile last ran ${age(ran)} s ago`;
  if (age(ran) > allowed) {
    const message = `${last}, and ${allowed} s are allowed: timers may have stopped. Restart the app; rules asked for meanwhile are kept.`;
    return { name, healthy: false, message };
  }
  if (age(succeeded) > allowed) {
    const message = `${last}, but has not succeeded for ${age(succeeded)} s: its log line names what fails.`;
    return { name, healthy: false, message };
  }
  return { name, healthy: true, message: `${last}.` };
}

import type { Call } from "../local/service.ts";
import type { App } from "./app.ts";

/** The n-th call to a far end: before that has done anything, or after it has and before its answer arrives. */
export interface KillPoint {
  readonly call: number;
  readonly when: "before" | "after";
}

const farEnds = new Set(["docker-hub", "vault", "arm", "acr", "queues"]);

/** Reading a table changes nothing, and how often tests and sweeps do it is chance. */
const counts = (service: string, { method, path }: Call) =>
  farEnds.has(service) ||
  (service === "tables" && method !== "GET" && !path.includes("heartbeats"));

/** Really kills the app's process (SIGKILL) at a point that is counted from now on. */
export function killAt(
  { host, standIn: { faults, log } }: App,
  { call, when }: KillPoint,
): { killed(): boolean; stop(): void } {
  let seen = 0;
  const isNow = (service: string, one: Call) => {
    if (!counts(service, one)) return false;
    seen += 1;
    if (seen === call) void host.kill();
    return seen === call;
  };
  const stop =
    when === "before"
      ? faults.before(isNow)
      : log.watch(({ service, call: one }) => void isNow(service, one));
  return { killed: () => seen >= call, stop };
}

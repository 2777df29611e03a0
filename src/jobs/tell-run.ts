import type { Ports } from "../domain/ports.ts";
import { type PeriodPorts, periodOf, type ScheduledJob } from "../domain/schedule-periods.ts";
import { secondsBetween } from "../domain/time.ts";

type RunPorts = PeriodPorts & Pick<Ports, "ambient" | "signals">;

/** Does what a timer is for, and tells that it came to its end (`ScheduleRan`), also when it then rejects. */
export async function tellRun<P extends RunPorts>(
  ports: P,
  job: ScheduledJob,
  run: (ports: P) => Promise<string>,
): Promise<string> {
  const begunAt = ports.ambient.now();
  const tell = (succeeded: boolean) => {
    const seconds = secondsBetween(begunAt, ports.ambient.now());
    const everySeconds = periodOf(ports, job);
    ports.signals.write([{ name: "ScheduleRan", job, succeeded, seconds, everySeconds }]);
  };
  try {
    const line = await run(ports);
    tell(true);
    return line;
  } catch (error) {
    tell(false);
    throw error;
  }
}

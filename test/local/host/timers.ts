import type { Schedule } from "./schedule.ts";
import type { Scheduler } from "./scheduler.ts";
import type { TimerStatus, TimerStatusStore } from "./timer-status.ts";
import { neverAgain, statusAtStart, timerValue } from "./timer-status.ts";
import type { TypedData } from "./wire.ts";

export interface TimerOptions {
  readonly name: string;
  readonly schedule: Schedule;
  /** Whether status is kept: `useMonitor` and a schedule of a minute or more. */
  readonly monitored: boolean;
  readonly runOnStartup: boolean;
}

export interface TimerDoors {
  readonly scheduler: Scheduler;
  readonly store: TimerStatusStore;
  /** Resolves when the run ended, however it ended. */
  run(value: TypedData): Promise<unknown>;
  log(line: string): void;
}

type Why = "schedule" | "pastDue" | "startup";

async function firstStatus(options: TimerOptions, { scheduler, store }: TimerDoors) {
  const now = scheduler.now();
  const stored = options.monitored ? await store.read(options.name) : undefined;
  const { status, changed } = statusAtStart(stored, options.schedule, now);
  if (options.monitored && changed) await store.write(options.name, status);
  return { status, pastDue: options.monitored && now > status.next };
}

/**
 * Starts one timer (WebJobs extensions, TimerListener.cs): a missed run, however many were missed, is made up
 * once and at once; a run is awaited before the next is set, so that two never overlap; a run's failure, or the
 * storage's, never stops the schedule. Returns how to stop it; stopping waits for a run in progress.
 */
export async function startTimer(
  options: TimerOptions,
  doors: TimerDoors,
): Promise<{ stop(): Promise<void> }> {
  const { scheduler, store } = doors;
  const first = await firstStatus(options, doors);
  let status: TimerStatus = first.status;
  let stopped = false;
  let callOff = () => {};
  let running: Promise<void> = Promise.resolve();

  const run = async (why: Why) => {
    const now = scheduler.now();
    await doors.run(timerValue(options.monitored ? status : undefined, why === "pastDue"));
    // Fired a little early: count from when it was due, or `next` would be the same instant again.
    const at = why === "schedule" ? Math.max(now, status.next) : now;
    const next = options.schedule.next(at) ?? neverAgain;
    status = { last: at, next, lastUpdated: at };
    if (options.monitored) await store.write(options.name, status);
  };
  const fire = (why: Why) => {
    running = run(why)
      .catch((error: unknown) => doors.log(`[error] Timer '${options.name}': ${String(error)}`))
      .then(() => wait("schedule"));
  };
  const wait = (why: Why) => {
    if (stopped) return;
    const ms = why === "schedule" ? Math.max(1, status.next - scheduler.now()) : 1;
    callOff = scheduler.after(ms, () => fire(why));
  };

  wait(first.pastDue ? "pastDue" : options.runOnStartup ? "startup" : "schedule");
  return {
    async stop() {
      stopped = true;
      callOff();
      await running;
    },
  };
}

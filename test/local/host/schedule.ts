import { parseCrontab } from "./ncrontab.ts";
import { parseTimeSpan } from "./time-span.ts";

/** When a timer is due (WebJobs extensions, TimerSchedule.cs). Instants are epoch milliseconds. */
export interface Schedule {
  /** Strictly after the given instant; undefined: never again. */
  next(afterMs: number): number | undefined;
  /** False for schedules under a minute: their status is not kept, so that no run is ever past due. */
  readonly monitored: boolean;
}

/** Reads an NCRONTAB expression or, failing that, a time span. Throws when it is neither. */
export function parseSchedule(expression: string, nowMs: number): Schedule {
  const cron = tryCrontab(expression);
  if (cron) {
    const first = cron.next(nowMs);
    const second = first === undefined ? undefined : cron.next(first);
    return {
      next: (afterMs) => cron.next(afterMs),
      monitored: second === undefined || second >= nowMs + 60_000,
    };
  }
  const period = parseTimeSpan(expression);
  if (!period)
    throw new Error(
      `The schedule expression '${expression}' was not recognized as a valid cron expression or timespan string.`,
    );
  return { next: (afterMs) => afterMs + period, monitored: period >= 60_000 };
}

function tryCrontab(expression: string) {
  try {
    return parseCrontab(expression);
  } catch {
    return undefined;
  }
}

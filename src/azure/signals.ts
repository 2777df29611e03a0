import { type LogLevel, logLine, type WriteLine } from "../domain/log-line.ts";
import type { Signals } from "../domain/report-ports.ts";
import type { Signal } from "../domain/signal.ts";
import { fieldsOf } from "../domain/signal-fields.ts";

/** Log lines "Larder.QueueCounted {…}", which Application Insights keeps as traces. */
export function signals(write: WriteLine): Signals {
  return {
    write(told) {
      for (const one of told) write(levelOf(one), logLine(one.name, one, fieldsOf(one.name)));
    },
  };
}

/** What failed in Larder itself stands out; what it found elsewhere is for the alerts to judge. */
function levelOf(told: Signal): LogLevel {
  const failed =
    told.name === "ReportIncomplete" || (told.name === "ScheduleRan" && !told.succeeded);
  return failed ? "warn" : "log";
}

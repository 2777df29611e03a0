import { BlobServiceClient } from "@azure/storage-blob";
import type { Schedule } from "./schedule.ts";
import type { TypedData } from "./wire.ts";

/** What is kept of a timer between starts; instants are epoch milliseconds, undefined: never. */
export interface TimerStatus {
  readonly last: number | undefined;
  readonly next: number;
  readonly lastUpdated: number | undefined;
}

export interface TimerStatusStore {
  read(timer: string): Promise<TimerStatus | undefined>;
  write(timer: string, status: TimerStatus): Promise<void>;
}

/** .NET's default(DateTime): what stands for "never". */
const never = "0001-01-01T00:00:00";

/** Stands for "no further occurrence": .NET's DateTime.MaxValue, to the second. */
export const neverAgain = Date.UTC(9999, 11, 31, 23, 59, 59);

/** As .NET writes a time in UTC: an offset, not "Z". */
export function netTime(ms: number | undefined): string {
  return ms === undefined ? never : new Date(ms).toISOString().replace("Z", "+00:00");
}

function parsed(text: string): number | undefined {
  return text.startsWith("0001-") ? undefined : Date.parse(text);
}

function json(status: TimerStatus) {
  return {
    Last: netTime(status.last),
    Next: netTime(status.next),
    LastUpdated: netTime(status.lastUpdated),
  };
}

/** Blobs `timers/{hostId}/Host.Functions.{timer}/status` in container azure-webjobs-hosts, which is created if missing. */
export async function blobTimerStatus(
  connection: string,
  hostId: string,
): Promise<TimerStatusStore> {
  const container =
    BlobServiceClient.fromConnectionString(connection).getContainerClient("azure-webjobs-hosts");
  await container.createIfNotExists();
  const blob = (timer: string) =>
    container.getBlockBlobClient(`timers/${hostId}/Host.Functions.${timer}/status`);
  return {
    async read(timer) {
      const client = blob(timer);
      if (!(await client.exists())) return undefined;
      const text = (await client.downloadToBuffer()).toString("utf8");
      const { Last, Next, LastUpdated } = JSON.parse(text) as ReturnType<typeof json>;
      const next = Date.parse(Next);
      return { last: parsed(Last), next, lastUpdated: parsed(LastUpdated) };
    },
    async write(timer, status) {
      const text = JSON.stringify(json(status));
      await blob(timer).upload(text, Buffer.byteLength(text));
    },
  };
}

/** The timer as the function gets it. The status is null for schedules under a minute, whatever the type says. */
export function timerValue(status: TimerStatus | undefined, isPastDue: boolean): TypedData {
  const ScheduleStatus = status ? json(status) : null;
  const value = { Schedule: { AdjustForDST: true }, ScheduleStatus, IsPastDue: isPastDue };
  return { json: JSON.stringify(value) };
}

/**
 * The status to start from, and whether it must be stored (WebJobs extensions, ScheduleMonitor.CheckPastDueAsync).
 * A stored `next` that the schedule does not give any more means the schedule was changed: it is worked out anew,
 * and is never past due because of that.
 */
export function statusAtStart(
  stored: TimerStatus | undefined,
  schedule: Schedule,
  now: number,
): { readonly status: TimerStatus; readonly changed: boolean } {
  const nextAfter = (ms: number) => schedule.next(ms) ?? neverAgain;
  if (!stored)
    return {
      status: { last: undefined, next: nextAfter(now), lastUpdated: now },
      changed: true,
    };
  const from = stored.last ?? stored.lastUpdated ?? now;
  const expected = nextAfter(from);
  if (stored.next === expected) return { status: stored, changed: false };
  const [lastUpdated, next] = now > expected ? [now, nextAfter(now)] : [from, expected];
  return { status: { last: undefined, next, lastUpdated }, changed: true };
}

import { LarderError } from "../domain/errors.ts";
import type { Heartbeats } from "../domain/report-ports.ts";
import type { Timestamp } from "../domain/time.ts";
import { ifThere } from "./ask.ts";
import { statusOf } from "./sdk-error.ts";
import type { Storage } from "./storage.ts";
import { openTable, type Table } from "./table.ts";

const partitionKey = "heartbeat";
const rounds = 5;

/** One row a job in the table `heartbeats`. */
export function heartbeatTable(storage: Storage): Heartbeats {
  const table = openTable(storage, "heartbeats");
  return {
    async beat(job, at) {
      for (let round = 0; round < rounds; round += 1) {
        const held = await read(table, job);
        if (held && held.at >= at) return;
        if (await write(table, job, at, held?.etag)) return;
      }
      throw new LarderError("stale", {
        code: "HeartbeatContended",
        message: `The heartbeat of ${job} moved ${rounds} times while it was written.`,
      });
    },
    last: async (job) => (await read(table, job))?.at,
  };
}

const rowKeyOf = (job: string) => encodeURIComponent(job);

async function read(
  table: Table,
  job: string,
): Promise<{ readonly at: Timestamp; readonly etag: string } | undefined> {
  const row = await ifThere(
    table.ask(`read the heartbeat of ${job}`, (client, abortSignal) =>
      client.getEntity<{ at?: unknown }>(partitionKey, rowKeyOf(job), { abortSignal }),
    ),
  );
  return row && { at: typeof row.at === "string" ? row.at : "", etag: row.etag };
}

/** False when somebody else wrote the row since it was read. */
function write(
  table: Table,
  job: string,
  at: Timestamp,
  etag: string | undefined,
): Promise<boolean> {
  const row = { partitionKey, rowKey: rowKeyOf(job), at };
  return table.ask(`record the heartbeat of ${job}`, async (client, abortSignal) => {
    try {
      if (etag === undefined) await client.createEntity(row, { abortSignal });
      else await client.updateEntity(row, "Replace", { etag, abortSignal });
      return true;
    } catch (error) {
      if (statusOf(error) === 409 || statusOf(error) === 412) return false;
      throw error;
    }
  });
}

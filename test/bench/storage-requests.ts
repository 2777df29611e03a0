import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import type { StorageCounts } from "./larder-task.ts";

type Requests = Omit<StorageCounts, "messages">;

/** Counts the requests of this process to a storage account from now on; each call answers those since the last. */
export function countStorage(connectionString: string): () => Requests {
  const port = (name: string) =>
    new RegExp(`${name}Endpoint=http://[^:]+:(\\d+)`).exec(connectionString)?.[1] ?? "none";
  const [tablePort, queuePort] = [port("Table"), port("Queue")];
  let counts = { tables: 0, queues: 0, batches: 0 };
  subscribe("http.client.request.start", (message) => {
    const { request } = message as { request: ClientRequest };
    const host = String(request.getHeader("host"));
    if (host.endsWith(`:${queuePort}`)) counts.queues += 1;
    if (!host.endsWith(`:${tablePort}`)) return;
    counts.tables += 1;
    if (request.path.includes("$batch")) counts.batches += 1;
  });
  return () => {
    const counted = counts;
    counts = { tables: 0, queues: 0, batches: 0 };
    return counted;
  };
}

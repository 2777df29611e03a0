import { QueueClient, type StoragePipelineOptions } from "@azure/storage-queue";
import type { Storage } from "./storage.ts";

/** The queue of that name; nothing is sent yet. */
export function connectQueue(storage: Storage, name: string): QueueClient {
  // One try, because `ask` retries.
  const options: StoragePipelineOptions = { retryOptions: { maxTries: 1 } };
  if (storage.kind === "connectionString")
    return new QueueClient(storage.connectionString.reveal(), name, options);
  const url = `${storage.queueServiceUri.replace(/\/$/, "")}/${name}`;
  return new QueueClient(url, storage.credential, options);
}

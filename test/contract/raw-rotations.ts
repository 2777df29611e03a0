import { TableClient } from "@azure/data-tables";
import type { Storage } from "../../src/azure/storage.ts";

/** The table `rotations` as the service has it, to look at rows and to spoil them. */
export function rawRotations(held: Storage): TableClient {
  const text = held.kind === "connectionString" ? held.connectionString.reveal() : "";
  return TableClient.fromConnectionString(text, "rotations", { allowInsecureConnection: true });
}

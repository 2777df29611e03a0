import { TableClient } from "@azure/data-tables";
import { ask, noSdkRetries } from "./ask.ts";
import { codeOf } from "./sdk-error.ts";
import type { Storage } from "./storage.ts";

/** One storage table. */
export interface Table {
  /**
   * Runs one exchange with the table; rejects as `ask` does. A table that is not there yet is made
   * and the exchange repeated, so a start costs no request of its own.
   */
  ask<T>(
    what: string,
    exchange: (client: TableClient, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}

/** The table of that name; nothing is sent yet. `adjust` changes the client, see guarded-delete. */
export function openTable(
  storage: Storage,
  name: string,
  adjust: (client: TableClient) => void = () => {},
): Table {
  const client = connect(storage, name);
  adjust(client);
  return {
    ask: (what, exchange) =>
      ask(what, async (abortSignal) => {
        try {
          return await exchange(client, abortSignal);
        } catch (error) {
          if (codeOf(error) !== "TableNotFound") throw error;
          await client.createTable({ abortSignal });
          return exchange(client, abortSignal);
        }
      }),
  };
}

function connect(storage: Storage, name: string): TableClient {
  const retryOptions = noSdkRetries;
  if (storage.kind === "identity")
    return new TableClient(storage.tableServiceUri, name, storage.credential, { retryOptions });
  const text = storage.connectionString.reveal();
  return TableClient.fromConnectionString(text, name, {
    retryOptions,
    allowInsecureConnection: /DefaultEndpointsProtocol=http(;|$)|UseDevelopmentStorage=true/i.test(
      text,
    ),
  });
}

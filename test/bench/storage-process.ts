import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startAzurite } from "../local/azurite.ts";

/** An empty storage account. */
export interface StorageProcess {
  readonly connectionString: string;
  close(): Promise<void>;
}

const program = fileURLToPath(new URL("./light-tables.ts", import.meta.url));

/** Azurite; with `light` tables beside it that have an index, for many rows. */
export async function startStorage(tables: "azurite" | "light"): Promise<StorageProcess> {
  const azurite = await startAzurite();
  if (tables === "azurite") return azurite;
  const child = fork(program);
  const [port] = (await once(child, "message")) as [number];
  const own = `TableEndpoint=http://127.0.0.1:${port}/devstoreaccount1;`;
  return {
    connectionString: azurite.connectionString.replace(/TableEndpoint=[^;]+;/, own),
    async close() {
      const gone = once(child, "exit");
      child.disconnect();
      await Promise.all([gone, azurite.close()]);
    },
  };
}

import { readFileSync } from "node:fs";
import { TableClient } from "@azure/data-tables";
import { DefaultAzureCredential } from "@azure/identity";
import { backupOptions, backupUsage } from "./backup-options.ts";
import { saveState } from "./save-state.ts";
import { type OpenTable, writeState } from "./state-copy.ts";

/* `npm run backup` and `npm run restore`: Larder's state in a file, and back. */

async function run(): Promise<string> {
  const options = backupOptions(process.argv.slice(2));
  if (!options) return backupUsage;
  const { tables } = options;
  const credential = new DefaultAzureCredential();
  const open: OpenTable = (name) => new TableClient(tables, name, credential);
  if (options.verb === "save") {
    const rows = await saveState(open, options.out);
    return `${rows} rows are in ${options.out}.`;
  }
  const lines = readFileSync(options.from, "utf8").split("\n");
  const written = await writeState(open, lines, options);
  return `${written} rows were restored. Start the app; its schedules do the rest.`;
}

try {
  console.log(await run());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

import { once } from "node:events";
import { createWriteStream, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { TableClient } from "@azure/data-tables";
import { DefaultAzureCredential } from "@azure/identity";
import { type OpenTable, readState, writeState } from "./state-copy.ts";

/*
 * `npm run backup -- --tables URL --out FILE` and `npm run restore -- --tables URL --from FILE [--go-on]`,
 * as whoever is signed in with azd or the Azure CLI.
 */

const usage = `npm run backup  -- --tables https://account.table.core.windows.net --out FILE
npm run restore -- --tables https://account.table.core.windows.net --from FILE [--go-on]
The address is LARDER_STATE_TABLES of azd's environment. It needs the role Storage Table Data Contributor on that account (a backup: … Reader).`;

const options = {
  tables: { type: "string" },
  out: { type: "string" },
  from: { type: "string" },
  "go-on": { type: "boolean", default: false },
} as const;

async function run(): Promise<string> {
  const { values } = parseArgs({ options });
  const { tables, out, from } = values;
  const address = URL.parse(tables ?? "");
  if (address?.protocol !== "https:" || (out === undefined) === (from === undefined))
    throw new Error(usage);
  const credential = new DefaultAzureCredential();
  const open: OpenTable = (name) => new TableClient(address.origin, name, credential);
  if (out !== undefined) return `${await save(open, out)} rows are in ${out}.`;
  const lines = readFileSync(from ?? "", "utf8").split("\n");
  const written = await writeState(open, lines, { goOn: values["go-on"] });
  return `${written} rows were restored. Start the app; its schedules do the rest.`;
}

/** Answers how many rows there were. Refuses to write over a file. */
async function save(open: OpenTable, path: string): Promise<number> {
  const file = createWriteStream(path, { flags: "wx", mode: 0o600 });
  await once(file, "open");
  let rows = 0;
  for await (const line of readState(open)) {
    if (!file.write(`${line}\n`)) await once(file, "drain");
    rows += 1;
  }
  file.end();
  await once(file, "finish");
  return rows;
}

try {
  console.log(await run());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

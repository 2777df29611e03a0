import { existsSync, writeFileSync } from "node:fs";
import { apiAccess } from "../config.ts";
import { call, findApi, localFileText } from "./client.ts";
import { exportOptions, exportUsage } from "./options.ts";

/* `npm run export`: a registry's artifact cache as Bicep or Terraform. */

async function main(): Promise<void> {
  const options = exportOptions(process.argv.slice(2));
  if (!options) return console.log(exportUsage);
  const { registry, format, out } = options;
  // Somebody may have gone on with it by hand.
  if (out !== undefined && existsSync(out))
    throw new Error(`${out} is there already, and stays as it is. Name another file.`);
  const api = findApi(options, apiAccess(), localFileText());
  const path = `registries/${encodeURIComponent(registry)}/export?format=${format}`;
  const text = await call(api, "GET", path);
  if (out === undefined) return void process.stdout.write(text);
  writeFileSync(out, text, { flag: "wx" });
  console.log(`Written to ${out}.`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

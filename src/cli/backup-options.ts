import { parseArgs } from "node:util";
import { orUsage, required } from "./options.ts";

export type BackupOptions =
  | { readonly verb: "save"; readonly tables: string; readonly out: string }
  | {
      readonly verb: "restore";
      readonly tables: string;
      readonly from: string;
      /** Leaves rows that are there as they are. */
      readonly goOn: boolean;
    };

export const backupUsage = `npm run backup  -- --tables https://account.table.core.windows.net --out FILE
npm run restore -- --tables https://account.table.core.windows.net --from FILE [--go-on]
Larder's state in a new file, and back into empty tables, as whoever is signed in with azd or the Azure CLI.
  --tables    address of the tables: LARDER_STATE_TABLES of azd's environment. It needs the role Storage Table
              Data Reader on that account; to restore, Storage Table Data Contributor
  --go-on     after a restore that was interrupted: leaves rows that are there as they are`;

/**
 * Reads "save" or "restore", which the scripts put first, and its options. undefined when only help is asked for.
 * Throws Error that names what is wrong, with the usage.
 */
export function backupOptions(argv: readonly string[]): BackupOptions | undefined {
  return orUsage(backupUsage, () => readBackup(argv));
}

function readBackup([verb, ...argv]: readonly string[]): BackupOptions | undefined {
  if (verb === "--help") return undefined;
  if (verb !== "save" && verb !== "restore")
    throw new Error(`The first word must be save or restore, not "${verb ?? ""}".`);
  const { values } = parseArgs({
    args: argv,
    options: {
      tables: { type: "string" },
      out: { type: "string" },
      from: { type: "string" },
      "go-on": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const { out, from, "go-on": goOn } = values;
  if (verb === "save" && (from !== undefined || goOn))
    throw new Error("--from and --go-on belong to npm run restore.");
  if (verb === "restore" && out !== undefined)
    throw new Error("--out belongs to npm run backup; what is restored is named by --from.");
  const tables = origin(required("tables", values.tables));
  return verb === "save"
    ? { verb, tables, out: required("out", out) }
    : { verb, tables, from: required("from", from), goOn };
}

function origin(address: string): string {
  const url = URL.parse(address);
  if (url?.protocol === "https:") return url.origin;
  throw new Error(
    `--tables must be an address such as https://account.table.core.windows.net, not "${address}".`,
  );
}

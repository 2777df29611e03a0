import { parseArgs } from "node:util";
import { type AdoptionWish, wishOf } from "../domain/adoption.ts";
import type { ApiChoice } from "./client.ts";

/** What both commands take. Absent values are looked for elsewhere (client). */
interface Common extends ApiChoice {
  readonly registry: string;
}

export interface AdoptOptions extends Common {
  /** Takes over without asking. */
  readonly yes: boolean;
  readonly wish: AdoptionWish;
}

export interface ExportOptions extends Common {
  readonly format: "bicep" | "terraform";
  /** File to write; absent: standard output. */
  readonly out: string | undefined;
}

const where = `  --api       address of Larder's API, and --key a function key; else LARDER_API with LARDER_KEY or
              LARDER_TOKEN (a bearer token, where Entra sign-in stands in front); else a running npm start`;

export const adoptUsage = `npm run adopt -- --registry NAME [--yes] [--rules a,b] [--owner X] [--reason X]
                 [--credential-sets assisted|managed|none] [--account X] [--api URL] [--key KEY]
Shows what Larder would take over from a registry, asks, and takes it over. Nothing in the registry is changed.
  --yes       without asking
  --rules     names of rules; all when absent
  --owner     team or person to record for them; --reason what they are for
  --credential-sets  assisted: Larder watches Docker Hub tokens and tells when a person must renew one;
              managed: it renews them; none: leaves them alone. When absent: assisted, but none with --rules
  --account   Docker ID behind the sets; what their user-name secret holds when absent
${where}`;

export const exportUsage = `npm run export -- --registry NAME --format bicep|terraform [--out FILE] [--api URL] [--key KEY]
Writes what a registry's artifact cache consists of as code, to standard output or a new file.
${where}`;

const common = {
  registry: { type: "string" },
  api: { type: "string" },
  key: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

const modes = ["assisted", "managed", "none"] as const;
const formats = ["bicep", "terraform"] as const;

/** undefined when only help is asked for. Throws Error that names what is wrong, with the usage. */
export function adoptOptions(argv: readonly string[]): AdoptOptions | undefined {
  return orUsage(adoptUsage, () => readAdopt(argv));
}

function readAdopt(argv: readonly string[]): AdoptOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      ...common,
      yes: { type: "boolean", default: false },
      rules: { type: "string" },
      owner: { type: "string" },
      reason: { type: "string" },
      account: { type: "string" },
      "credential-sets": { type: "string" },
    },
  });
  if (values.help) return undefined;
  const { api, key, yes, owner, reason, account } = values;
  const registry = required("registry", values.registry);
  const rules = values.rules
    ?.split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const mode = values["credential-sets"];
  const credentialSets = mode === undefined ? undefined : oneOf("credential-sets", modes, mode);
  return {
    registry,
    api,
    key,
    yes,
    wish: wishOf({ rules, owner, reason, account, credentialSets }),
  };
}

/** undefined when only help is asked for. Throws Error that names what is wrong, with the usage. */
export function exportOptions(argv: readonly string[]): ExportOptions | undefined {
  return orUsage(exportUsage, () => readExport(argv));
}

function readExport(argv: readonly string[]): ExportOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: { ...common, format: { type: "string" }, out: { type: "string" } },
  });
  if (values.help) return undefined;
  const { api, key, out } = values;
  const registry = required("registry", values.registry);
  const format = oneOf("format", formats, required("format", values.format));
  return { registry, format, out, api, key };
}

/** Whoever got an option wrong wants to see them all. */
export function orUsage<T>(usage: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

export function required(name: string, value: string | undefined): string {
  if (value) return value;
  throw new Error(`--${name} is missing.`);
}

function oneOf<T extends string>(name: string, known: readonly T[], value: string): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  throw new Error(`--${name} must be ${known.join(", ")}, not "${value}".`);
}

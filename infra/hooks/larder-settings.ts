import { readFileSync } from "node:fs";
import { readConfig } from "../../src/config.ts";
import { settings } from "../../src/settings.ts";

const file = new URL("../settings.json", import.meta.url);

/** Set by modules/app.bicep over any other, by the platform, or for local use only; and what to give instead. */
const notGiven: Readonly<Record<string, string>> = {
  REGISTRIES: "give REGISTRY_IDS instead",
  // The hooks would go on writing the password to the other vault.
  ROTATOR_VAULT: "give ROTATOR_VAULT_ID instead",
  LarderStorage: "the deployment has a storage account of its own",
  LarderStorage__tableServiceUri: "the deployment has a storage account of its own",
  LarderStorage__queueServiceUri: "the deployment has a storage account of its own",
  AZURE_CLIENT_ID: "the deployment sets it",
  ARM_ENDPOINT: "the deployment sets it",
  IDENTITY_ENDPOINT: "the platform sets it",
  WEBSITE_AUTH_ENABLED: "the platform sets it: give SIGN_IN instead",
  SIGN_IN_ALONE: "the deployment sets it: give SIGN_IN instead",
  VAULT_HOSTS: "it is for local use",
  CONNECT_TO: "it is for local use",
};

/** What a deployment gives besides, made up. */
const least = {
  REGISTRIES:
    "/subscriptions/0/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso",
  LarderStorage__tableServiceUri: "https://contoso.table.core.windows.net",
  LarderStorage__queueServiceUri: "https://contoso.queue.core.windows.net",
};

/** Entries of "NAME=value;NAME=value", as main.bicep takes them apart. */
const entriesOf = (text: string): readonly (readonly [name: string, value?: string])[] =>
  text
    .split(";")
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map((entry) => {
      const [, name = entry, value] = /^([^=]*?)\s*=\s*(.*)$/s.exec(entry) ?? [];
      return value === undefined ? [name] : [name, value];
    });

/** What is wrong with LARDER_SETTINGS, or with infra/settings.json below it: the app would start and refuse every call. */
export function larderSettingsFaults(text = ""): readonly string[] {
  const entries = entriesOf(text);
  const names = entries.map(([name]) => name);
  const faults = entries.flatMap(([name, value], at) => {
    const why = nameFault(name, value, names.indexOf(name) < at);
    return why === undefined ? [] : [`LARDER_SETTINGS has "${name}": ${why}`];
  });
  if (faults.length > 0) return faults;
  const below = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, string>>;
  return valueFaults({ ...below, ...Object.fromEntries(entries), ...least });
}

function nameFault(name: string, value: string | undefined, again: boolean): string | undefined {
  if (value === undefined) return "it must be NAME=value, several with semicolons between";
  if (!Object.hasOwn(settings, name)) return "Larder has no setting of that name";
  return notGiven[name] ?? (again ? "it is given twice" : undefined);
}

/** In the words that the app's log would have. */
function valueFaults(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    const [, ...faults] = (error as Error).message.split("\n- ");
    return faults.map((one) => `LARDER_SETTINGS, or infra/settings.json: ${one}`);
  }
}

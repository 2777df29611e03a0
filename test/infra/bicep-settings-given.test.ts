import { describe, expect, it } from "vitest";
import { evaluate, type Meaning } from "./bicep-evaluate.ts";
import { parts } from "./bicep-parse.ts";
import { readProject } from "./bicep-project.ts";
import { settingsFile } from "./bicep-settings.ts";

const project = readProject();

type Settings = Readonly<Record<string, string>>;
type Each<T> = (item: T) => T;

/** Bicep's functions on settings, for the values there are. */
const functions: Meaning["functions"] = {
  empty: (text) => text === "",
  filter: (list, keep) => (list as string[]).filter(keep as () => boolean),
  items: (object) => Object.entries(object as Settings).map(([key, value]) => ({ key, value })),
  join: (list, by) => (list as string[]).join(String(by)),
  loadJsonContent: () => settingsFile(project),
  map: (list, change) => (list as string[]).map((one) => (change as Each<string>)(one)),
  skip: (list, count) => (list as string[]).slice(Number(count)),
  split: (text, by) => String(text).split(String(by)),
  toObject: (list, key, value) =>
    Object.fromEntries(
      (list as string[]).map((one) => [(key as Each<string>)(one), (value as Each<string>)(one)]),
    ),
  trim: (text) => String(text).trim(),
  union: (...objects) => Object.assign({}, ...objects),
  environment: () => ({ resourceManager: "https://management.azure.com/" }),
};

/** A var of a file, given what it is made of. */
function varOf(path: string, wanted: string, values: Meaning["values"]): Settings {
  const root = project.bicep.get(path)?.root;
  const declared = root ? parts(root).filter(({ type }) => type === "variable_declaration") : [];
  const vars = new Map(
    declared.flatMap((one) => {
      const [name, value] = parts(one);
      return name && value ? [[name.text, value] as const] : [];
    }),
  );
  const value = vars.get(wanted);
  if (!value) throw new Error(`${path} has no var ${wanted}`);
  return evaluate(value, { values, vars, functions }) as Settings;
}

/** What the app gets of LARDER_SETTINGS. */
function appSettings(larderSettings: string, besides: Meaning["values"] = {}): Settings {
  return varOf("infra/modules/app.bicep", "appSettings", {
    settings: varOf("infra/main.bicep", "settings", { larderSettings }),
    registryIds: "registries",
    stateTableEndpoint: "tables",
    stateQueueEndpoint: "queues",
    identityClientId: "client",
    hostBlobEndpoint: "blobs",
    appInsights: { properties: { ConnectionString: "connection" } },
    topic: { outputs: { endpoint: "https://own-topic" } },
    publishEvents: false,
    rotatorVaultUrl: "",
    signIn: "off",
    deleteImages: true,
    ...besides,
  });
}

describe("LARDER_SETTINGS", () => {
  it.each([
    ["", "REFRESH_EVERY", "PT6H"],
    ["REFRESH_EVERY=PT12H", "REFRESH_EVERY", "PT12H"],
    ["REFRESH_EVERY=PT12H;POLICY_OWNER_REQUIRED=on", "POLICY_OWNER_REQUIRED", "on"],
    [" POLICY_OWNER_REQUIRED = on ; ;", "POLICY_OWNER_REQUIRED", "on"],
    ["POLICY_RULE_NAME_PATTERN=^(a=b|c==)$", "POLICY_RULE_NAME_PATTERN", "^(a=b|c==)$"],
    ["SWEEP_SCHEDULE=0 */2 * * * *", "SWEEP_SCHEDULE", "0 */2 * * * *"],
    ["REPORT_EVERY_SECONDS=", "REPORT_EVERY_SECONDS", "900"],
    ["GRANT_VAULTS=/subscriptions/s/kv", "GRANT_VAULTS", "/subscriptions/s/kv"],
    ["REGISTRIES=others", "REGISTRIES", "registries"],
    ["ARM_ENDPOINT=elsewhere", "ARM_ENDPOINT", "https://management.azure.com/"],
    ["AZURE_CLIENT_ID=other", "AZURE_CLIENT_ID", "client"],
    ["LarderStorage__queueServiceUri=other", "LarderStorage__queueServiceUri", "queues"],
  ])("%j: %s is %j", (given, name, value) => {
    expect(appSettings(given)[name]).toBe(value);
  });

  it.each([
    ["REFRESH_PURGE=on", { deleteImages: false }, "REFRESH_PURGE", "off"],
    ["", {}, "EVENT_TOPIC", ""],
    ["", { publishEvents: true }, "EVENT_TOPIC", "https://own-topic"],
    ["EVENT_TOPIC=https://t", {}, "EVENT_TOPIC", "https://t"],
    ["EVENT_TOPIC=https://t", { publishEvents: true }, "EVENT_TOPIC", "https://t"],
    ["ROTATOR_VAULT=https://v", {}, "ROTATOR_VAULT", "https://v"],
    ["ROTATOR_VAULT=https://v", { rotatorVaultUrl: "https://r" }, "ROTATOR_VAULT", "https://r"],
    ["", { signIn: "create" }, "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID", "client"],
  ])("%j, in a deployment with %j: %s is %j", (given, besides, name, value) => {
    expect(appSettings(given, besides)[name]).toBe(value);
  });

  it("reach the alerts, too", () => {
    const given = (path: string, symbol: string) =>
      project.bicep
        .get(path)
        ?.modules.find((one) => one.symbol === symbol)
        ?.params.get("settings");
    expect(given("infra/main.bicep", "app")).toMatchObject({ code: "settings" });
    expect(given("infra/main.bicep", "monitoring")).toMatchObject({ code: "settings" });
    expect(given("infra/modules/monitoring.bicep", "alerts")).toMatchObject({ code: "settings" });
  });
});

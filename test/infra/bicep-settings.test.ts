import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { settings } from "../../src/settings.ts";
import { readProject } from "./bicep-project.ts";
import { notGiven, settingsFile, settingsInBicep } from "./bicep-settings.ts";

const project = readProject();

/** As ARM fills them in; endpoints of storage end with a slash. */
const deployed: Readonly<Record<string, string>> = {
  REGISTRIES:
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-larder/providers/Microsoft.ContainerRegistry/registries/crlarder",
  LarderStorage__tableServiceUri: "https://stlarder.table.core.windows.net/",
  LarderStorage__queueServiceUri: "https://stlarder.queue.core.windows.net/",
  AZURE_CLIENT_ID: "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
  ARM_ENDPOINT: "https://management.azure.com/",
  EVENT_TOPIC: "https://evgt-larder.westeurope-1.eventgrid.azure.net/api/events",
  ROTATOR_VAULT: "",
  GRANT_VAULTS: "",
  SIGN_IN_ALONE: "on",
};

describe("settings of a deployment", () => {
  it("are accepted", () => {
    const config = readConfig({ ...settingsFile(project), ...deployed });
    expect(config.storage).toEqual({
      kind: "identity",
      tableServiceUri: "https://stlarder.table.core.windows.net",
      queueServiceUri: "https://stlarder.queue.core.windows.net",
    });
    expect(config.registries).toHaveLength(1);
  });

  it("are refused when one is wrong", () => {
    const wrong = { ...settingsFile(project), ...deployed, REFRESH_EVERY: "hourly" };
    expect(() => readConfig(wrong)).toThrow("REFRESH_EVERY");
  });

  it("come from Bicep where the file has none", () => {
    const inFile = Object.keys(settingsFile(project));
    const larders = settingsInBicep(project).filter((name) => name in settings);
    const inBicep = larders.filter((name) => !inFile.includes(name));
    expect(new Set(inBicep)).toEqual(new Set(Object.keys(deployed)));
  });

  it("need every local one to be a setting", () => {
    expect(Object.keys(notGiven).filter((name) => !(name in settings))).toEqual([]);
  });
});

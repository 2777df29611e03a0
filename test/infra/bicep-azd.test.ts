import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { connectParameters } from "../../infra/hooks/connection.ts";
import { secretNames } from "../../infra/hooks/secret-names.ts";
import { connectSettings } from "../../infra/hooks/settings.ts";
import { readAzureYaml } from "./bicep-azd.ts";
import { needed, readProject } from "./bicep-project.ts";

const project = readProject();
const { services } = readAzureYaml(project);

describe("what azd uploads", () => {
  const root = mkdtempSync(join(tmpdir(), "larder-azd-"));
  afterAll(() => rmSync(root, { recursive: true }));

  it("is the folder that the build assembles, with all that the host needs", () => {
    mkdirSync(join(root, "dist"));
    for (const name of ["main.cjs", "main.cjs.map"]) writeFileSync(join(root, "dist", name), name);
    for (const name of ["host.json", "package.json"]) cpSync(name, join(root, name));

    execFileSync(process.execPath, ["infra/hooks/assemble.mjs", root]);

    const folder = join(root, services["api"]?.dist ?? "");
    const { main } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    expect(readdirSync(folder).sort()).toEqual([
      "host.json",
      "main.cjs",
      "main.cjs.map",
      "package.json",
    ]);
    expect(main).toBe("main.cjs");
  });

  it("is assembled by what azd runs", () => {
    const { scripts } = JSON.parse(needed(project, "package.json"));
    expect(`${scripts.build} ${scripts.bundle}`).toContain("infra/hooks/assemble.mjs");
  });
});

const registry =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/contoso";
const settings = connectSettings({
  AZURE_RESOURCE_GROUP: "rg-larder",
  AZURE_SUBSCRIPTION_ID: "s",
  DOCKER_ACCOUNT: "contoso_bot",
  LARDER_API: "https://func-larder.azurewebsites.net/api/",
  LARDER_APP_NAME: "func-larder",
  LARDER_IDENTITY_PRINCIPAL_ID: "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
  LARDER_REGISTRY_IDS: registry,
  LARDER_STATE_STORAGE_ID: "/subscriptions/s/st",
  LARDER_VAULT_ID: "/subscriptions/s/kv",
  LARDER_VAULT_URL: "https://kv-larder.vault.azure.net",
  LARDER_ROTATOR_VAULT_URL: "https://kv-larder.vault.azure.net",
});

it("the postdeploy hook gives connect.bicep its params, and no others", () => {
  const made = { own: [registry], hasTotpSeed: false };
  const given = connectParameters(settings, secretNames("contoso_bot", settings), made);
  const { params = [] } = project.bicep.get("infra/connect.bicep") ?? {};
  const typed = params.map(({ name, type }) => [name, type === "bool" ? "boolean" : type]);
  expect(
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, typeof value])),
  ).toEqual(Object.fromEntries(typed));
});

it("both know the secrets by the same names", () => {
  const { params = [], vars = [] } = project.bicep.get("infra/connect.bicep") ?? {};
  const defaults = Object.fromEntries(params.map((one) => [one.name, one.default]));
  const names = secretNames("contoso_bot", settings);
  expect(defaults["userSecretName"]).toBe(names.user);
  expect(defaults["tokenSecretName"]).toBe(names.token);
  expect(vars.find(({ name }) => name === "loginSecret")?.value).toMatchObject({
    code: "'docker-hub-${replace(toLower(dockerAccount), '_', '--')}'",
  });
  expect(names.password).toBe("docker-hub-contoso--bot-password");
});

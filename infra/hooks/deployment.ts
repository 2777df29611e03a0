import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awaitFunction } from "./arm.ts";
import type { Az } from "./az.ts";
import { connectParameters, neededSecrets, parametersFile } from "./connection.ts";
import { refusal } from "./refusal.ts";
import { secretNames } from "./secret-names.ts";
import { type ConnectSettings, patienceOf } from "./settings.ts";
import { openVault } from "./vault.ts";

const template = join(import.meta.dirname, "..", "connect.bicep");

/**
 * Deploys connect.bicep for the account: credential sets in the registries `own`, the rights on the secrets, the vault's events. Refuses
 * while secrets are missing that ACR reads as soon as a set is made.
 */
export async function connect(
  az: Az,
  settings: ConnectSettings,
  account: string,
  own: readonly string[],
): Promise<void> {
  const names = secretNames(account);
  const hasTotpSeed = await checkVault(settings, account);
  if (settings.DOCKER_ROTATION !== "off" && settings.LARDER_SYSTEM_TOPIC_ID !== undefined)
    await awaitFunction(az, siteOf(settings), "secretEvents", patienceOf(settings));
  await deploy(
    az,
    settings,
    parametersFile(connectParameters(settings, names, { own, hasTotpSeed })),
  );
}

const siteOf = (settings: ConnectSettings) => ({
  subscription: settings.AZURE_SUBSCRIPTION_ID,
  resourceGroup: settings.AZURE_RESOURCE_GROUP,
  name: settings.LARDER_APP_NAME,
});

/** Whether the account has a TOTP seed there. */
async function checkVault(settings: ConnectSettings, account: string): Promise<boolean> {
  const { LARDER_VAULT_URL: url, DOCKER_ROTATION: mode } = settings;
  const names = secretNames(account);
  const vault = openVault(url, patienceOf(settings));
  const isThere = async (name: string) => (await vault.look(name)).state === "there";
  const missing: string[] = [];
  for (const name of neededSecrets(names, mode === "managed"))
    if (!(await isThere(name))) missing.push(name);
  if (missing.length > 0)
    throw refusal(
      `The vault ${url} lacks ${missing.join(", ")}. Run "azd hooks run postprovision", which asks for them, then "azd hooks run postdeploy".`,
    );
  return mode === "managed" && (await isThere(names.seed));
}

/** Parameters go by a file: together they are too long for a Windows command line. None is secret. */
async function deploy(az: Az, settings: ConnectSettings, parameters: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "larder-connect-"));
  try {
    const file = join(folder, "parameters.json");
    await writeFile(file, parameters);
    const subscription = ["--subscription", settings.AZURE_SUBSCRIPTION_ID];
    const where = [...subscription, "--resource-group", settings.AZURE_RESOURCE_GROUP];
    const what = ["--template-file", template, "--parameters", `@${file}`];
    await az("deployment", "group", "create", "--name", "larder-connect", ...where, ...what);
  } catch (error) {
    throw refusal(
      `infra/connect.bicep could not be deployed: ${(error as Error).message}\nMend what it names and run "azd hooks run postdeploy"; what is there already stays as it is.`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awaitFunction } from "./arm.ts";
import type { Az } from "./az.ts";
import { connectParameters, neededSecrets, parametersFile } from "./connection.ts";
import { refusal } from "./refusal.ts";
import { roleConflict } from "./role-conflict.ts";
import { secretNames, vaultOf } from "./secret-names.ts";
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
  const names = secretNames(account, settings);
  const hasTotpSeed = await checkVaults(settings, account);
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

/** Whether the account has a TOTP seed in its vault. */
async function checkVaults(settings: ConnectSettings, account: string): Promise<boolean> {
  const managed = settings.DOCKER_ROTATION === "managed";
  const urls = { main: settings.LARDER_VAULT_URL, rotator: settings.LARDER_ROTATOR_VAULT_URL };
  const open = (url: string) => openVault(url, patienceOf(settings));
  const vaults = { main: open(urls.main), rotator: open(urls.rotator) };
  const names = secretNames(account, settings);
  const isThere = async (one: keyof typeof names) =>
    (await vaultOf(vaults, one).look(names[one])).state === "there";
  const missing: (keyof typeof names)[] = [];
  for (const one of neededSecrets(managed)) if (!(await isThere(one))) missing.push(one);
  if (missing.length > 0)
    throw refusal(
      `${missing.map((one) => `The vault ${vaultOf(urls, one)} lacks ${names[one]}.`).join(" ")} Run "azd hooks run postprovision", which asks for them, then "azd hooks run postdeploy".`,
    );
  return managed && (await isThere("seed"));
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
    const { message } = error as Error;
    const vaultIds = [settings.LARDER_VAULT_ID, settings.ROTATOR_VAULT_ID ?? ""];
    const advice = roleConflict(message, vaultIds);
    throw refusal(
      `infra/connect.bicep could not be deployed: ${message}\n${advice === undefined ? "" : `${advice}\n`}Mend what it names and run "azd hooks run postdeploy"; what is there already stays as it is.`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

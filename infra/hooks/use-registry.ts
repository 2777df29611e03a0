import { adopt, leftToDo } from "./adopt.ts";
import type { Api } from "./api.ts";
import { credentialSets, loginServer } from "./arm.ts";
import type { Az } from "./az.ts";
import { planSet, type SetPlan } from "./connection.ts";
import { secretNames } from "./secret-names.ts";
import type { ConnectSettings } from "./settings.ts";
import { stock, type Told } from "./stock.ts";
import type { Stocked } from "./summary.ts";

/** A registry before anything was done. */
export interface Registry {
  readonly id: string;
  readonly name: string;
  readonly loginServer: string;
  /** Undefined without a Docker account. */
  readonly set: SetPlan | undefined;
}

export async function readRegistries(
  az: Az,
  settings: ConnectSettings,
): Promise<readonly Registry[]> {
  const { DOCKER_ACCOUNT: account, CREDENTIAL_SET_NAME: name, LARDER_VAULT_URL: vault } = settings;
  const registries: Registry[] = [];
  for (const id of settings.LARDER_REGISTRY_IDS) {
    const planned =
      account === undefined
        ? undefined
        : planSet(await credentialSets(az, id), name, vault, secretNames(account, settings));
    const server = await loginServer(az, id);
    registries.push({ id, name: id.split("/").at(-1) ?? "", loginServer: server, set: planned });
  }
  return registries;
}

/** Has Larder take over the registry's credential set, then asks for rules that need it. Prints how each thing went. */
export async function useRegistry(
  api: Api,
  settings: ConnectSettings,
  { name, loginServer: server, set }: Registry,
): Promise<{ readonly stocked: Stocked; readonly good: boolean }> {
  const { CREDENTIAL_SET_NAME: setName, DOCKER_ACCOUNT: account = "" } = settings;
  const place = { registry: name, set: setName };
  const credentialSet = set?.kind === "own" ? setName : undefined;
  console.log(`Registry ${name}`);
  const adoption =
    credentialSet === undefined
      ? []
      : [await adopt(api, place, { mode: settings.DOCKER_ROTATION, account })];
  adoption.forEach(tell);
  const wish = {
    registry: name,
    loginServer: server,
    firstRules: settings.FIRST_RULES,
    credentialSet,
  };
  const { told, rules } = await stock(api, wish);
  told.forEach(tell);
  const toDo = [
    ...(set?.kind === "foreign" ? [foreign(setName, set)] : []),
    ...(credentialSet === undefined ? [] : await leftToDo(api, place)),
  ];
  const good = [...adoption, ...told].every(({ ok }) => ok);
  return { stocked: { name, loginServer: server, rules, toDo }, good };
}

function tell({ ok, line }: Told): void {
  if (ok) console.log(`  ${line}`);
  else console.error(`  ${line}`);
}

function foreign(
  name: string,
  { secretId, loginServer }: Extract<SetPlan, { kind: "foreign" }>,
): string {
  const own =
    "To have one of Larder's own beside it: azd env set CREDENTIAL_SET_NAME <another name>, then azd up.";
  return loginServer === undefined
    ? `It has a credential set "${name}" that reads another secret (${secretId}), which was left as it is. To have Larder use it: azd env set USER_SECRET_NAME, TOKEN_SECRET_NAME and EXISTING_VAULT_ID to what it reads, then azd up. ${own}`
    : `It has a credential set "${name}" for ${loginServer}, which was left as it is. ${own}`;
}

import { secret } from "../../src/domain/secret.ts";
import { hubLogins } from "./docker-login.ts";
import { environment } from "./environment.ts";
import { type GivenValues, gatherValues, givenIn, type Values } from "./gather-values.ts";
import { planSecrets, type Situation } from "./plan-secrets.ts";
import { ownTerminal } from "./prompt.ts";
import { refusal, runHook } from "./refusal.ts";
import { type SecretNames, secretNames, type Vaults, vaultOf } from "./secret-names.ts";
import { patienceOf, type SecretsSettings, secretsSettings } from "./settings.ts";
import { type Found, type HookVault, openVault } from "./vault.ts";

/*
 * azd's postprovision: puts the Docker account's login into the vault, once. Values come by a hidden prompt or from
 * the environment of this run, and go to the vault alone.
 */

const noAccount = [
  "No Docker account is set, so that Docker Hub stays out: ACR caches its images only with a credential set, which needs an account's access token.",
  'To add it, run "azd env set DOCKER_ACCOUNT <Docker ID>" and "azd up" again.',
].join("\n");

async function main(): Promise<boolean> {
  const from = environment();
  const settings = secretsSettings(from);
  const {
    DOCKER_ACCOUNT: account,
    LARDER_VAULT_URL: url,
    LARDER_ROTATOR_VAULT_URL: other,
  } = settings;
  if (account === undefined) {
    console.log(noAccount);
    return true;
  }
  const apart = other === url ? "" : `, its password in ${other}`;
  console.log(`The login of Docker account "${account}" in ${url}${apart}:`);
  const terminal = ownTerminal();
  const given = givenIn(from);
  const open = (one: string) => openVault(one, patienceOf(settings));
  const vaults = { main: open(url), rotator: open(other) };
  const situation = {
    ...(await look(vaults, settings, account, given)),
    terminal: terminal !== undefined,
  };
  const { faults, write, keep } = planSecrets(situation);
  if (faults.length > 0) throw refusal(faults.join("\n"));
  for (const one of keep) console.log(`  ${situation.names[one]}: is there, and left as it is`);
  const sources = {
    situation,
    write,
    given,
    terminal,
    logins: hubLogins(settings.CONNECT_TO),
    now: new Date().toISOString(),
    expiresAt: settings.DOCKER_TOKEN_EXPIRES,
  };
  const values = await gatherValues(sources).finally(() => terminal?.close());
  await checkStillAbsent(vaults, situation, [...write, ...(values.seed ? ["seed" as const] : [])]);
  await put(vaults, settings, situation, { write, values });
  return true;
}

async function look(
  vaults: Vaults<HookVault>,
  settings: SecretsSettings,
  account: string,
  given: GivenValues,
): Promise<Omit<Situation, "terminal">> {
  const names = secretNames(account, settings);
  const found: Partial<Record<keyof typeof names, Found>> = {};
  // One after the other: where there is no right yet, it is waited for once.
  for (const one of ["user", "token", "pending", "password", "seed"] as const)
    found[one] = await vaultOf(vaults, one).look(names[one]);
  return {
    names,
    account,
    found: found as Situation["found"],
    managed: settings.DOCKER_ROTATION === "managed",
    given: new Set((["token", "password", "seed"] as const).filter((one) => given[one])),
    vaults: { main: vaults.main.name, rotator: vaults.rotator.name },
  };
}

/**
 * Between the first look and the last answer minutes may lie, in which another run of this, and then Larder, may have written:
 * their token is newer than the one that was typed, and their pending secret may hold the next.
 */
async function checkStillAbsent(
  vaults: Vaults<HookVault>,
  { names }: Pick<Situation, "names">,
  write: readonly (keyof SecretNames)[],
): Promise<void> {
  const late: string[] = [];
  for (const one of new Set(write))
    if ((await vaultOf(vaults, one).look(names[one])).state === "there") late.push(names[one]);
  if (late.length > 0)
    throw refusal(
      `Somebody else wrote ${late.join(", ")} in the meantime, so nothing is written here. Run "azd hooks run postprovision" again: it keeps what is there and asks for the rest.`,
    );
}

async function put(
  { main, rotator }: Vaults<HookVault>,
  { LARDER_REGISTRY_IDS, CREDENTIAL_SET_NAME }: SecretsSettings,
  { names, account }: Situation,
  { write, values }: { readonly write: readonly string[]; readonly values: Values },
): Promise<void> {
  const { token, expiresAt, password, seed } = values;
  const said = (name: string, what: string) => console.log(`  ${name}: ${what}`);
  if (write.includes("user")) {
    await main.write(names.user, secret(account), undefined);
    said(names.user, "written");
  }
  if (token) {
    await main.write(names.token, token, expiresAt);
    said(names.token, "written; with it ACR signs in");
  }
  if (write.includes("pending")) {
    // The first registry's set is adopted first, and its rotation sees to the others (secret-sharers).
    const registry = LARDER_REGISTRY_IDS[0]?.split("/").at(-1) ?? "";
    await main.reserve(names.pending, { registry, name: CREDENTIAL_SET_NAME });
    said(names.pending, "made, with nothing in it yet; the next token will wait there");
  }
  if (password) {
    await rotator.write(names.password, password, undefined);
    said(names.password, "written; Larder alone reads it");
  }
  if (seed) {
    await rotator.write(names.seed, seed, undefined);
    said(names.seed, "written; Larder alone reads it");
  }
}

await runHook(main);

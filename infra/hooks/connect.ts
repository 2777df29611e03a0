import { type Api, larderApi } from "./api.ts";
import { apiLogin } from "./api-login.ts";
import { signedIn } from "./arm.ts";
import { az } from "./az.ts";
import { connect } from "./deployment.ts";
import { environment } from "./environment.ts";
import { parseFirstRules } from "./first-rules.ts";
import { runHook } from "./refusal.ts";
import { connectSettings, patienceOf } from "./settings.ts";
import { type Stocked, summary } from "./summary.ts";
import { readRegistries, useRegistry } from "./use-registry.ts";

/*
 * azd's postdeploy: what can only be made once the app's code and the account's secrets are there (connect.bicep),
 * and then the renewal of the token and the first rules, by Larder's own API. A repeat changes nothing that is so already.
 */

async function main(): Promise<boolean> {
  const settings = connectSettings(environment());
  // A slip in it would otherwise show minutes later.
  parseFirstRules(settings.FIRST_RULES);
  const who = await signedIn(az, settings.AZURE_SUBSCRIPTION_ID);
  console.log(`Connecting ${settings.LARDER_APP_NAME}, as ${who}`);
  const registries = await readRegistries(az, settings);
  const account = settings.DOCKER_ACCOUNT;
  if (account !== undefined) {
    const own = registries.filter(({ set }) => set?.kind === "own").map(({ id }) => id);
    await connect(az, settings, account, own);
    console.log("  Credential set, its rights and the vault's events: deployed");
  }
  const api = larderApi(settings.LARDER_API, await apiLogin(az, settings), patienceOf(settings));
  let good = await checkHealth(api);
  const stocked: Stocked[] = [];
  for (const registry of registries) {
    const one = await useRegistry(api, settings, registry);
    good &&= one.good;
    stocked.push(one.stocked);
  }
  console.log(
    summary({
      api: settings.LARDER_API,
      app: settings.LARDER_APP_NAME,
      resourceGroup: settings.AZURE_RESOURCE_GROUP,
      signIn: settings.LARDER_SIGN_IN_CLIENT_ID !== undefined,
      docker: account !== undefined,
      registries: stocked,
    }),
  );
  if (!good)
    console.error('\nNot all of it went well. Mend it, and run "azd hooks run postdeploy".');
  return good;
}

/** Waits for the first answer of the app; what is ill then is told, and the rest is tried all the same. */
async function checkHealth(api: Api): Promise<boolean> {
  const heard = await api("GET", "health");
  if (heard.ok) return true;
  const { checks = [] } = (heard.body ?? {}) as {
    readonly checks?: readonly { readonly healthy: boolean; readonly message: string }[];
  };
  const ill = checks.filter(({ healthy }) => !healthy).map(({ message }) => message);
  console.error(`  Larder is not well: ${ill.join(" ") || heard.message}`);
  return false;
}

await runHook(main);

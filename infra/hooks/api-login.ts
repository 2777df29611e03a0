import * as z from "zod";
import type { Az } from "./az.ts";
import { persist } from "./patience.ts";
import { refusal } from "./refusal.ts";
import { type ConnectSettings, patienceOf } from "./settings.ts";

const Keys = z.object({ functionKeys: z.object({ default: z.string() }) });
const Token = z.object({ accessToken: z.string() });

/**
 * The header that opens the API: a token of whoever is signed in to az where sign-in stands in front, else the app's default
 * function key. Neither is printed or kept.
 */
export async function apiLogin(
  az: Az,
  settings: ConnectSettings,
): Promise<Readonly<Record<string, string>>> {
  const subscription = ["--subscription", settings.AZURE_SUBSCRIPTION_ID];
  const clientId = settings.LARDER_SIGN_IN_CLIENT_ID;
  if (clientId !== undefined) {
    // By scope, because the registration has no URI of its own.
    const scope = ["--scope", `${clientId}/.default`];
    const got = az("account", "get-access-token", ...scope, ...subscription);
    return { authorization: `Bearer ${Token.parse(await got.catch(noToken)).accessToken}` };
  }
  const app = [
    "--name",
    settings.LARDER_APP_NAME,
    "--resource-group",
    settings.AZURE_RESOURCE_GROUP,
  ];
  const list = () => az("functionapp", "keys", "list", ...app, ...subscription);
  // The host makes the keys when it first starts, and az asks it for them.
  const keys = await persist(patienceOf(settings), list, (error) =>
    /AuthorizationFailed|az login/.test((error as Error).message)
      ? undefined
      : "Waiting for the app's keys …",
  );
  return { "x-functions-key": Keys.parse(keys).functionKeys.default };
}

function noToken(error: Error): never {
  throw refusal(
    `The Azure CLI got no token for Larder's API: ${error.message}\nThe API takes callers with a role in Larder's app registration (README, "Sign-in"). Have one assigned to you and run "azd hooks run postdeploy" again, or leave the rules to somebody who has one.`,
  );
}

import * as z from "zod";
import type { Az } from "./az.ts";
import { type Patience, persist } from "./patience.ts";
import { refusal } from "./refusal.ts";

/* What is read from ARM, by way of the Azure CLI and with the rights of whoever is signed in to it. */

const registryVersion = "2025-11-01";
const siteVersion = "2024-04-01";

const Account = z.object({ id: z.string(), user: z.object({ name: z.string() }).optional() });

/** Who is signed in. Refuses unless the subscription can be reached. */
export async function signedIn(az: Az, subscription: string): Promise<string> {
  try {
    const shown = await az("account", "show", "--subscription", subscription);
    return Account.parse(shown).user?.name ?? "somebody";
  } catch (error) {
    const { message } = error as Error;
    // Not there at all: its own advice is all there is to say.
    if (message.includes("not on the PATH")) throw error;
    throw refusal(
      `The Azure CLI (az) does not reach subscription ${subscription}: ${message}\nRun "az login" with an account that has it (azd's own sign-in is another one), then "azd hooks run postdeploy".`,
    );
  }
}

/** A credential set as ACR has it. */
export interface LiveSet {
  readonly name: string;
  /** The upstream it is for: "docker.io". */
  readonly loginServer?: string | undefined;
  readonly usernameSecretId: string;
  readonly passwordSecretId: string;
}

const Sets = z.object({
  value: z.array(
    z.object({
      name: z.string(),
      properties: z.object({
        loginServer: z.string().optional(),
        authCredentials: z
          .array(
            z.object({
              usernameSecretIdentifier: z.string().optional(),
              passwordSecretIdentifier: z.string().optional(),
            }),
          )
          .default([]),
      }),
    }),
  ),
  nextLink: z.string().optional(),
});

/** Every credential set of a registry. */
export async function credentialSets(az: Az, registryId: string): Promise<readonly LiveSet[]> {
  const found: LiveSet[] = [];
  let url: string | undefined = `${registryId}/credentialSets?api-version=${registryVersion}`;
  while (url !== undefined) {
    const page: z.output<typeof Sets> = Sets.parse(await get(az, url));
    for (const { name, properties } of page.value) {
      const [login] = properties.authCredentials;
      found.push({
        name,
        loginServer: properties.loginServer,
        usernameSecretId: login?.usernameSecretIdentifier ?? "",
        passwordSecretId: login?.passwordSecretIdentifier ?? "",
      });
    }
    url = page.nextLink;
  }
  return found;
}

const Registry = z.object({ properties: z.object({ loginServer: z.string() }) });

export async function loginServer(az: Az, registryId: string): Promise<string> {
  const shown = await get(az, `${registryId}?api-version=${registryVersion}`);
  return Registry.parse(shown).properties.loginServer;
}

interface Site {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
}

/**
 * Waits until the app's function is known to ARM, which reads the new package some time after it was uploaded: an Event Grid
 * subscription to a function that is not is refused.
 */
export async function awaitFunction(
  az: Az,
  { subscription, resourceGroup, name }: Site,
  wanted: string,
  patience: Patience,
): Promise<void> {
  const site = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Web/sites/${name}`;
  const look = () => get(az, `${site}/functions/${wanted}?api-version=${siteVersion}`);
  try {
    await persist(patience, look, (error) =>
      mayCome(error)
        ? `Waiting until Azure has read the app and its function ${wanted} …`
        : undefined,
    );
  } catch (error) {
    throw refusal(
      `Azure does not show the function ${wanted} of ${name}: ${(error as Error).message}\nLook for the app's start in its log, and run "azd hooks run postdeploy" again.`,
    );
  }
}

/** az rest words a refusal "Not Found({…})"; what is not allowed now will not be later. */
function mayCome(error: unknown): boolean {
  const { message } = error as Error;
  return !/AuthorizationFailed|Forbidden\(|not on the PATH|az login/.test(message);
}

const get = (az: Az, url: string) => az("rest", "--method", "get", "--url", url);

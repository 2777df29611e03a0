import { request } from "../contract/local-request.ts";
import { type App, startApp } from "../end-to-end/app.ts";
import { type AzureSide, azOf, azureSide, deployed } from "./hooks-azure.ts";
import { type Programs, startPrograms } from "./hooks-program.ts";
import { registryIdOf } from "./hooks-stage.ts";

/** Azure after the first `azd provision` and `azd deploy` of somebody who has nothing but a Docker account. */
export interface Newcomer {
  readonly app: App;
  readonly azure: AzureSide;
  readonly programs: Programs;
  /** Made by hand on Docker Hub's site. */
  readonly token: string;
  readonly env: Readonly<Record<string, string>>;
  /** What connect.bicep's role assignments come to, once they have arrived. */
  letAcrIn(): void;
  close(): Promise<void>;
}

export const newcomer = { account: "ada_pulls", password: "correct horse battery staple" };
const secretNames = ["docker-hub-user", "docker-hub-token"];

/** The rotation goes by seconds here, as in the end-to-end tests. */
const quick = {
  ROTATION_SCHEDULE: "*/1 * * * * *",
  ROTATION_EVERY_SECONDS: "10",
  ROTATION_LEASE_SECONDS: "5",
};

export async function startNewcomer(): Promise<Newcomer> {
  const app = await startApp({ registries: [{ name: "contoso" }] }, quick);
  const { standIn, host } = app;
  await forgetSeeds(app);
  const { account, password } = newcomer;
  standIn.hub.addAccount({ username: account, password });
  const { token } = standIn.hub.createToken(account, {
    label: "by hand",
    expiresAt: new Date(Date.now() + 300 * 86_400_000).toISOString(),
  });
  const azure = azureSide();
  const principals: string[] = [];
  const registry = standIn.registries[0];
  if (!registry) throw new Error("no registry");
  azure.functionKey = host.functionKey;
  azure.functionAfter = 1;
  azure.loginServers = { contoso: registry.loginServer() };
  azure.deploy = ({ credentialSetName, userSecretName, tokenSecretName }) => {
    const set = {
      name: String(credentialSetName),
      loginServer: "docker.io",
      usernameSecretId: `${standIn.urls.vault}/secrets/${String(userSecretName)}`,
      passwordSecretId: `${standIn.urls.vault}/secrets/${String(tokenSecretName)}`,
    };
    if (!registry.credentialSets.get(set.name)) principals.push(registry.addCredentialSet(set));
    azure.sets = { contoso: [set] };
    return { out: { properties: { provisioningState: "Succeeded" } } };
  };
  const programs = await startPrograms(["az", "azd"], (command) =>
    command.program === "azd" ? { out: vaultToken(app) } : azOf(azure)(command),
  );
  return {
    app,
    azure,
    programs,
    token,
    env: {
      ...programs.env,
      ...deployed(`${host.url}/api/`),
      NODE_EXTRA_CA_CERTS: standIn.caFile,
      CONNECT_TO: standIn.settings["CONNECT_TO"] ?? "",
      LARDER_VAULT_URL: standIn.urls.vault,
      LARDER_ROTATOR_VAULT_URL: standIn.urls.vault,
      LARDER_REGISTRY_IDS: registryIdOf("contoso"),
      DOCKER_ACCOUNT: account,
      HOOK_WAIT_SECONDS: "40",
      HOOK_POLL_SECONDS: "0.1",
    },
    letAcrIn() {
      for (const principal of principals)
        for (const name of secretNames) standIn.vault.reader.grant(principal, name);
    },
    async close() {
      programs.close();
      await app.close();
    },
  };
}

const issued = ({ standIn: { identity } }: App) =>
  identity.issue(identity.appPrincipalId, "https://vault.azure.net");

const vaultToken = (app: App) => ({
  token: issued(app),
  expiresOn: new Date(Date.now() + 3_600_000).toISOString(),
});

/** The stand-in begins with a credential set and its secrets, which a newcomer does not have. */
async function forgetSeeds(app: App): Promise<void> {
  const { standIn } = app;
  const headers = { authorization: `Bearer ${issued(app)}` };
  const remove = (path: string) =>
    request(`${standIn.urls.vault}${path}?api-version=7.6`, {
      method: "DELETE",
      headers,
      ca: standIn.ca,
    });
  await remove("/secrets/docker-hub-token");
  await remove("/deletedsecrets/docker-hub-token");
  const change = { name: "docker-hub", properties: undefined, afterMs: 0, by: "test" };
  standIn.registries[0]?.credentialSets.start(change);
}

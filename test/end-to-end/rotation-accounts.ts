import { SecretClient } from "@azure/keyvault-secrets";
import { request } from "../contract/local-request.ts";
import { type App, field, until } from "./app.ts";

/** A credential set with an account of its own, as it is before Larder hears of it. */
export interface OwnSet {
  readonly name: string;
  /** Path of the set in the API. */
  readonly path: string;
  /** Names of its secrets. */
  readonly live: string;
  readonly pending: string;
  /** A repository in the registry that its rule caches the canary at. */
  readonly repository: string;
}

/** A token as the web site shows it, once. */
interface PlacedToken {
  readonly uuid: string;
  readonly token: string;
}

const day = 86_400_000;

export const inDays = (days: number): Date => new Date(Date.now() + days * day);

/** A Docker account whose password, and seed if it has one, lie where Larder looks for them. */
export function addAccount(app: App, account: string, twoFactorSeed?: string): void {
  const { hub, vault } = app.standIn;
  const password = `made-up-${account}-password`;
  hub.addAccount({ username: account, password, ...(twoFactorSeed && { twoFactorSeed }) });
  vault.seed(`docker-hub-${account}-password`, password);
  if (twoFactorSeed) vault.seed(`docker-hub-${account}-totp-seed`, twoFactorSeed);
}

/** A token made by hand. `days`: how long it lives; absent: for ever. */
export function tokenByHand(app: App, account: string, days?: number): PlacedToken {
  const ends = days === undefined ? {} : { expiresAt: inDays(days).toISOString() };
  return app.standIn.hub.createToken(account, { label: `${account} by hand`, ...ends });
}

/** An organization's token, as one of its owners makes it in the Admin Console. */
export async function organizationToken(
  app: App,
  organization: string,
  owner: { readonly username: string; readonly password: string },
): Promise<PlacedToken> {
  const { ca, urls } = app.standIn;
  const post = async (path: string, body: unknown, bearer?: string) => {
    const { json } = await request(urls.dockerHub + path, {
      method: "POST",
      ca,
      headers: {
        "content-type": "application/json",
        ...(bearer && { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify(body),
    });
    return json as Record<string, string>;
  };
  const login = { identifier: owner.username, secret: owner.password };
  const { access_token: bearer } = await post("/v2/auth/token", login);
  const wish = {
    label: "for the cache",
    resources: [{ type: "TYPE_REPO", path: "*/*/public", scopes: ["repo-pull"] }],
    expires_at: inDays(90).toISOString(),
  };
  const made = await post(`/v2/orgs/${organization}/access-tokens`, wish, bearer);
  return { uuid: made["id"] ?? "", token: made["token"] ?? "" };
}

/** What a credential set signs in with, as a person puts it into the vault. */
interface Login {
  readonly account: string;
  readonly token: string;
  /** When the token ends, as the vault has it; absent: the vault does not say. */
  readonly days?: number;
}

const secretsOf = (name: string) => ({
  username: `${name}-username`,
  live: `${name}-token`,
  pending: `${name}-token-pending`,
});

/** Puts a login into the secrets of a set, without the event that a person's write of the vault brings. */
export function seedLogin(app: App, name: string, { account, token, days }: Login): void {
  const { username, live } = secretsOf(name);
  app.standIn.vault.seed(username, account);
  const exp = days === undefined ? {} : { exp: Math.floor(inDays(days).getTime() / 1000) };
  app.standIn.vault.seed(live, token, exp);
}

/** A credential set with a login, and an active rule that caches the canary with it. */
export async function addSet(app: App, name: string, login: Login): Promise<OwnSet> {
  const { vault, urls, registries } = app.standIn;
  const { username, live, pending } = secretsOf(name);
  seedLogin(app, name, login);
  const principalId = registries[0]?.addCredentialSet({
    name,
    loginServer: "docker.io",
    usernameSecretId: `${urls.vault}/secrets/${username}`,
    passwordSecretId: `${urls.vault}/secrets/${live}`,
  });
  for (const secret of [username, live]) vault.reader.grant(principalId ?? "", secret);
  const repository = `${name}/alpine`;
  const rule = `registries/larderdev/rules/${name}-canary`;
  const source = "docker.io/library/alpine";
  await app.call("PUT", rule, { source, target: repository, credentialSet: name });
  await until(
    `rule ${name}`,
    () => app.call("GET", rule),
    (reply) => field(reply, "status") === "active",
  );
  const path = `registries/larderdev/credential-sets/${name}`;
  return { name, path, live, pending, repository };
}

/** The vault as a person has it who looks after its secrets. */
export function personsVault({ standIn: { ca, identity, urls, vault } }: App): SecretClient {
  vault.access.allowAll("a person");
  const credential = {
    getToken: async () => ({
      token: identity.issue("a person", "https://vault.azure.net"),
      expiresOnTimestamp: Date.now() + 3_600_000,
    }),
  };
  return new SecretClient(urls.vault, credential, {
    disableChallengeResourceVerification: true,
    tlsOptions: { ca },
  });
}

/** What the topic was told of a set, in order, each announcement once: [event, message]. Asks nothing of the app. */
export function storyOf(app: App, name: string): readonly (readonly [string, string])[] {
  const told = app.standIn.topic.events().filter(({ subject }) => subject === name);
  const once = new Map(told.map((event) => [event.id, event]));
  return [...once.values()].map(({ type, data }) => [
    type.replace(/^Larder\./, ""),
    (data as { readonly message: string }).message,
  ]);
}

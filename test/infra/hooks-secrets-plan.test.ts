import { describe, expect, it } from "vitest";
import { judgeToken, tryToken } from "../../infra/hooks/docker-login.ts";
import { planSecrets, type Situation } from "../../infra/hooks/plan-secrets.ts";
import { secretNames } from "../../infra/hooks/secret-names.ts";
import { secretsSettings } from "../../infra/hooks/settings.ts";
import type { Found } from "../../infra/hooks/vault.ts";
import type { Identification } from "../../src/domain/rotation-ports.ts";
import { secret } from "../../src/domain/secret.ts";

const usualSecrets = {
  USER_SECRET_NAME: "docker-hub-user",
  TOKEN_SECRET_NAME: "docker-hub-token",
};
const absent: Found = { state: "absent" };
const deleted: Found = { state: "deleted" };
const there = (value?: string): Found => ({
  state: "there",
  ...(value !== undefined && { value: secret(value) }),
});
const nothing = { user: absent, token: absent, pending: absent, password: absent, seed: absent };

function situation(changes: Partial<Situation> = {}): Situation {
  return {
    names: secretNames("contoso", usualSecrets),
    account: "contoso",
    found: nothing,
    managed: true,
    given: new Set(["token", "password"]),
    terminal: false,
    vaults: { main: "contoso", rotator: "contoso" },
    ...changes,
  };
}

describe("the names of secrets", () => {
  it.each([
    ["contoso", "docker-hub-contoso-password", "docker-hub-contoso-totp-seed"],
    ["a_b", "docker-hub-a--b-password", "docker-hub-a--b-totp-seed"],
  ])("of %s", (account, password, seed) => {
    expect(secretNames(account, usualSecrets)).toEqual({
      user: "docker-hub-user",
      token: "docker-hub-token",
      pending: "docker-hub-token-pending",
      password,
      seed,
    });
  });
});

describe("what is written", () => {
  it.each<[string, Partial<Situation>, readonly string[], readonly string[]]>([
    ["everything into an empty vault", {}, ["user", "token", "pending", "password"], []],
    [
      "a seed where one is given",
      { given: new Set(["token", "password", "seed"]) },
      ["user", "token", "pending", "password", "seed"],
      [],
    ],
    [
      "no login where Larder makes no tokens",
      { managed: false, given: new Set(["token", "seed"]) },
      ["user", "token", "pending"],
      [],
    ],
    [
      "nothing that is there",
      { found: { ...nothing, user: there("contoso"), token: there() } },
      ["pending", "password"],
      ["user", "token"],
    ],
    [
      "a user name in another case",
      { found: { ...nothing, user: there("Contoso\n") } },
      ["token", "pending", "password"],
      ["user"],
    ],
  ])("%s", (_what, changes, write, keep) => {
    expect(planSecrets(situation(changes))).toEqual({ faults: [], write, keep });
  });
});

describe("what is in the way", () => {
  it.each<[string, Partial<Situation>, readonly RegExp[]]>([
    [
      "values that nobody gives",
      { given: new Set() },
      [/Set DOCKER_TOKEN in/, /Set DOCKER_PASSWORD in/],
    ],
    ["a terminal to ask for them", { given: new Set(), terminal: true }, []],
    ["a password that nobody needs", { given: new Set(["token"]), managed: false }, []],
    [
      "another account's name",
      { found: { ...nothing, user: there("fabrikam") } },
      [/docker-hub-user names the account "fabrikam", and DOCKER_ACCOUNT is "contoso"/],
    ],
    [
      "deleted secrets",
      { found: { ...nothing, token: deleted, pending: deleted } },
      [
        /az keyvault secret recover --vault-name contoso --name docker-hub-token"/,
        /az keyvault secret purge --vault-name contoso --name docker-hub-token-pending"/,
      ],
    ],
    [
      "a deleted password in the vault for it",
      {
        found: { ...nothing, password: deleted },
        vaults: { main: "contoso", rotator: "rotator" },
      },
      [/az keyvault secret recover --vault-name rotator --name docker-hub-contoso-password"/],
    ],
    ["a deleted seed that nobody gives", { found: { ...nothing, seed: deleted } }, []],
  ])("%s", (_what, changes, faults) => {
    const plan = planSecrets(situation(changes));

    expect(plan.faults).toEqual(faults.map((one) => expect.stringMatching(one)));
  });
});

describe("a token", () => {
  const own: Identification = {
    kind: "personal",
    uuid: "u",
    username: "Contoso",
    scopes: ["repo:read"],
  };
  it.each<[string, boolean, Identification | undefined, object]>([
    ["of the account, to read", true, own, {}],
    [
      "refused",
      true,
      undefined,
      { fault: expect.stringContaining("Docker Hub refuses that token") },
    ],
    [
      "of another account",
      true,
      { ...own, username: "fabrikam" },
      { fault: expect.stringContaining('belongs to "fabrikam"') },
    ],
    [
      "of an organization, managed",
      true,
      { ...own, kind: "organization", scopes: [] },
      { fault: expect.stringContaining("DOCKER_ROTATION assisted") },
    ],
    ["of an organization, assisted", false, { ...own, kind: "organization", scopes: [] }, {}],
    [
      "that may push",
      true,
      { ...own, scopes: ["repo:write"] },
      { note: expect.stringContaining("(repo:write)") },
    ],
  ])("%s", (_what, managed, found, verdict) => {
    expect(judgeToken("contoso", managed, found)).toEqual(verdict);
  });

  it("is known by its form before Docker Hub is asked", async () => {
    const never = () => Promise.reject(new Error("was asked"));
    const logins = { identify: never, signIn: never };

    const verdict = await tryToken(logins, "contoso", true, secret("hunter2"));

    expect(verdict.fault).toContain('one begins with "dckr_pat_"');
    expect(verdict.fault).not.toContain("hunter2");
  });
});

describe("the environment", () => {
  const least = {
    LARDER_VAULT_URL: "https://contoso.vault.azure.net/",
    LARDER_ROTATOR_VAULT_URL: "https://rotator.vault.azure.net/",
    LARDER_REGISTRY_IDS: "/a/registries/one, /b/registries/two",
  };

  it("has values of its own for what azd leaves empty", () => {
    expect(secretsSettings({ ...least, DOCKER_ACCOUNT: "", DOCKER_ROTATION: "" })).toEqual({
      LARDER_VAULT_URL: "https://contoso.vault.azure.net",
      LARDER_ROTATOR_VAULT_URL: "https://rotator.vault.azure.net",
      LARDER_REGISTRY_IDS: ["/a/registries/one", "/b/registries/two"],
      DOCKER_ROTATION: "managed",
      CREDENTIAL_SET_NAME: "docker-hub",
      USER_SECRET_NAME: "docker-hub-user",
      TOKEN_SECRET_NAME: "docker-hub-token",
      HOOK_WAIT_SECONDS: 300,
      HOOK_POLL_SECONDS: 5,
    });
  });

  it.each([
    [{ DOCKER_ACCOUNT: "a--b" }, "- DOCKER_ACCOUNT must be a Docker ID"],
    [{ DOCKER_ROTATION: "yes" }, "- DOCKER_ROTATION must be managed, assisted or off"],
    [{ CREDENTIAL_SET_NAME: "hub" }, "- CREDENTIAL_SET_NAME must be 5 to 50"],
    [{ USER_SECRET_NAME: "a_b" }, "- USER_SECRET_NAME must be 1 to 119 letters"],
    [
      { TOKEN_SECRET_NAME: "docker-hub-contoso-password" },
      "- TOKEN_SECRET_NAME must not be the name of an account's password or seed",
    ],
    [
      { USER_SECRET_NAME: "Docker-Hub-Token-Pending" },
      "- USER_SECRET_NAME must not be the name of the secret with the token",
    ],
    [
      { DOCKER_TOKEN_EXPIRES: "next year" },
      '- DOCKER_TOKEN_EXPIRES must be a day such as "2027-03-31"',
    ],
    [{ HOOK_WAIT_SECONDS: "long" }, "- HOOK_WAIT_SECONDS must be a number of seconds"],
    [{ LARDER_VAULT_URL: " " }, "- LARDER_VAULT_URL is missing: it comes with `azd provision`"],
  ])("is refused with %j", (changes, words) => {
    expect(() => secretsSettings({ ...least, ...changes })).toThrow(words);
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decideAdoption, toDoOf, type View } from "../../infra/hooks/adopt.ts";
import { type Heard, hopeFor } from "../../infra/hooks/api.ts";
import { connectParameters, planSet } from "../../infra/hooks/connection.ts";
import { roleConflict } from "../../infra/hooks/role-conflict.ts";
import { secretNames } from "../../infra/hooks/secret-names.ts";
import { connectSettings } from "../../infra/hooks/settings.ts";
import { summary } from "../../infra/hooks/summary.ts";
import { deployed } from "./hooks-azure.ts";

describe("a registry's credential set", () => {
  const token = "https://contoso.vault.azure.net/secrets/docker-hub-token";
  const foreign = "https://fabrikam.vault.azure.net/secrets/docker-hub-token";
  const user = "https://contoso.vault.azure.net/secrets/docker-hub-user";
  it.each<[string, string, string, object, string?]>([
    ["is made where there is none", "quay-io", foreign, { kind: "own" }],
    ["was made here before", "docker-hub", token, { kind: "own" }],
    [
      "was made here before, in other letters",
      "Docker-Hub",
      `${token.replace("contoso", "CONTOSO")}/`,
      { kind: "own" },
    ],
    ["reads another vault", "docker-hub", foreign, { kind: "foreign", secretId: foreign }],
    [
      "reads another secret",
      "docker-hub",
      `${token}-2`,
      { kind: "foreign", secretId: `${token}-2` },
    ],
    ["reads nothing", "docker-hub", "", { kind: "foreign", secretId: "" }],
    [
      "reads another user name",
      "docker-hub",
      token,
      { kind: "foreign", secretId: `${user}-2` },
      `${user}-2`,
    ],
    ["reads no user name", "docker-hub", token, { kind: "foreign", secretId: "" }, ""],
  ])("%s", (_what, name, passwordSecretId, plan, usernameSecretId = user) => {
    const found = planSet(
      [{ name, usernameSecretId, passwordSecretId }],
      "docker-hub",
      "https://contoso.vault.azure.net",
      { user: "docker-hub-user", token: "docker-hub-token" },
    );

    expect(found).toEqual(plan);
  });
});

describe("a right that was given by hand", () => {
  const vault = (name: string, subscription = "s1") =>
    `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/${name}`;

  it("is looked for in each vault where Azure does not say which it is", () => {
    const message =
      '{"code":"RoleAssignmentExists","message":"The role assignment already exists."}';
    const list = (name: string, subscription: string) =>
      `  az role assignment list --all --subscription ${subscription} --query "[?contains(scope, '/vaults/${name}/secrets/')].{role:roleDefinitionName, principal:principalId, id:id}" --output table`;

    const advice = roleConflict(message, [vault("kv"), vault("rotator", "s2"), vault("kv"), ""]);

    expect(advice?.split("\n").slice(1)).toEqual([
      list("kv", "s1"),
      list("rotator", "s2"),
      "  az role assignment delete --ids <id>",
    ]);
  });

  it("is in no other failure", () => {
    expect(roleConflict("AuthorizationFailed", [vault("kv")])).toBeUndefined();
  });
});

describe("the parameters of connect.bicep", () => {
  const bicep = readFileSync(new URL("../../infra/connect.bicep", import.meta.url), "utf8");
  const declared = [...bicep.matchAll(/^param (\w+) (string|bool)( =)?/gm)];

  it("are those that it has, of their types, and all it must have", () => {
    const settings = connectSettings({
      ...deployed("https://larder.example/api"),
      LARDER_VAULT_URL: "https://contoso.vault.azure.net/",
      LARDER_ROTATOR_VAULT_URL: "https://rotator.vault.azure.net",
      LARDER_REGISTRY_IDS: "/a/registries/one",
      DOCKER_ACCOUNT: "contoso",
    });

    const given = connectParameters(settings, secretNames("contoso", settings), {
      own: ["/a/registries/one"],
      hasTotpSeed: false,
    });

    const types = Object.fromEntries(
      declared.map(([, name, type]) => [name, type === "bool" ? "boolean" : type]),
    );
    for (const [name, value] of Object.entries(given))
      expect([name, typeof value]).toEqual([name, types[name]]);
    const needed = declared.filter(([, , , usual]) => !usual).map(([, name]) => name);
    expect(needed.filter((name) => !((name as string) in given))).toEqual([]);
    expect(needed.length).toBeGreaterThan(3);
  });
});

describe("an answer of the API", () => {
  const forbidden =
    "ACR reports … unhealthy (Forbidden: … does not have secrets get permission …).";
  it.each<[string, Partial<Heard>, boolean]>([
    ["good", { ok: true, status: 200 }, false],
    ["none", { status: 0 }, true],
    ["of the platform before the app is there", { status: 404 }, true],
    ["of a gateway", { status: 502 }, true],
    ["that it cannot now", { status: 503, code: "ServerError" }, true],
    ["that it is too much", { status: 429, code: "TooManyRequests" }, true],
    ["that Larder has no right yet", { status: 502, code: "LarderLacksRight" }, true],
    [
      "that ACR may not read secrets yet",
      { status: 409, code: "CredentialSetUnhealthy", message: forbidden },
      true,
    ],
    [
      "that ACR's login is refused",
      { status: 409, code: "CredentialSetUnhealthy", message: "(Unauthorized: …)" },
      false,
    ],
    ["that Azure said no", { status: 502, code: "QuotaExceeded" }, false],
    ["that there is no such thing", { status: 404, code: "RegistryNotFound" }, false],
    ["that the caller may not", { status: 403, code: "RoleRequired" }, false],
  ])("%s", (_what, heard, waits) => {
    const hope = hopeFor({
      ok: false,
      status: 500,
      body: undefined,
      code: "",
      message: "",
      ...heard,
    });

    expect(hope !== undefined).toBe(waits);
  });
});

describe("taking a set over", () => {
  const view: View = {
    health: { status: "Healthy" },
    access: { state: "granted", commands: [] },
    notes: [],
  };
  const renewed = (mode: string, account = "contoso") => ({
    ...view,
    rotation: { mode, account, state: "", toDo: ["a"] },
  });
  it.each<[string, View, "managed" | "assisted" | "off", string]>([
    ["the first time", view, "managed", "adopt"],
    ["not again", renewed("managed"), "managed", "leave"],
    ["in another mode", renewed("assisted"), "managed", "adopt"],
    ["for another account", renewed("managed", "fabrikam"), "managed", "adopt"],
    ["not if it is not to be", view, "off", "leave"],
    ["not even back", renewed("managed"), "off", "leave"],
  ])("%s", (_what, shown, mode, decision) => {
    expect(decideAdoption(shown, { mode, account: "contoso" })).toBe(decision);
  });

  const unhealthy = { ...view, health: { status: "Unhealthy" }, remedy: "Renew the login." };
  const needed = { state: "needed", commands: ["one", "two"] };
  it.each<[string, View, readonly string[]]>([
    ["nothing", view, []],
    ["what the renewal needs", renewed("assisted"), ["a"]],
    [
      "a right, by one of two commands",
      { ...unhealthy, access: needed },
      ["Let ACR read the credential set's secrets:\n    one\n    or two"],
    ],
    ["what mends it", unhealthy, ["Renew the login."]],
  ])("leaves to a person: %s", (_what, shown, toDo) => {
    expect(toDoOf(shown)).toEqual(toDo);
  });
});

describe("the last words", () => {
  it("name what to try with sign-in, and what is left", () => {
    const text = summary({
      api: "https://func-larder.azurewebsites.net/api/",
      app: "func-larder",
      resourceGroup: "rg-larder",
      signIn: true,
      docker: false,
      registries: [
        { name: "one", loginServer: "one.azurecr.io", rules: [], toDo: ["Wait."] },
        {
          name: "two",
          loginServer: "two.azurecr.io",
          rules: [{ source: "ghcr.io/*", target: "gh/*" }],
          toDo: [],
        },
      ],
    });

    expect(text).toBe(`
Larder's API          https://func-larder.azurewebsites.net/api/
its page              https://func-larder.azurewebsites.net/.auth/login/aad?post_login_redirect_uri=/api/
its description       https://func-larder.azurewebsites.net/api/openapi.json

Try it:
  az acr login --name two
  docker pull two.azurecr.io/gh/<image>:<tag>

Left to you:
- one: Wait.
- Rules for Docker Hub need an account: azd env set DOCKER_ACCOUNT <Docker ID>, then azd up.`);
  });
});

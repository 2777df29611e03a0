import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decideAdoption, toDoOf, type View } from "../../infra/hooks/adopt.ts";
import { type Heard, hopeFor } from "../../infra/hooks/api.ts";
import { awaitFunction, signedIn } from "../../infra/hooks/arm.ts";
import { type Az, quoteForCmd } from "../../infra/hooks/az.ts";
import { connectParameters, planSet } from "../../infra/hooks/connection.ts";
import { exampleOf, parseFirstRules, rulesToAsk } from "../../infra/hooks/first-rules.ts";
import { secretNames } from "../../infra/hooks/secret-names.ts";
import { connectSettings } from "../../infra/hooks/settings.ts";
import { summary } from "../../infra/hooks/summary.ts";
import { deployed } from "./hooks-azure.ts";

describe("a registry's credential set", () => {
  const token = "https://contoso.vault.azure.net/secrets/docker-hub-token";
  const foreign = "https://fabrikam.vault.azure.net/secrets/docker-hub-token";
  it.each<[string, string, string, object]>([
    ["is made where there is none", "quay-io", foreign, { kind: "own" }],
    ["was made here before", "docker-hub", token, { kind: "own" }],
    [
      "was made here before, in other letters",
      "Docker-Hub",
      `${token.replace("contoso", "CONTOSO")}/`,
      { kind: "own" },
    ],
    ["reads another vault", "docker-hub", foreign, { kind: "foreign", passwordSecretId: foreign }],
    [
      "reads another secret",
      "docker-hub",
      `${token}-2`,
      { kind: "foreign", passwordSecretId: `${token}-2` },
    ],
    ["reads nothing", "docker-hub", "", { kind: "foreign", passwordSecretId: "" }],
  ])("%s", (_what, name, passwordSecretId, plan) => {
    const found = planSet(
      [{ name, passwordSecretId }],
      "docker-hub",
      "https://contoso.vault.azure.net",
      "docker-hub-token",
    );

    expect(found).toEqual(plan);
  });
});

describe("the parameters of connect.bicep", () => {
  const bicep = readFileSync(new URL("../../infra/connect.bicep", import.meta.url), "utf8");
  const declared = [...bicep.matchAll(/^param (\w+) (string|bool)( =)?/gm)];

  it("are those that it has, of their types, and all it must have", () => {
    const settings = connectSettings({
      ...deployed("https://larder.example/api"),
      LARDER_VAULT_URL: "https://contoso.vault.azure.net/",
      LARDER_REGISTRY_IDS: "/a/registries/one",
      DOCKER_ACCOUNT: "contoso",
    });

    const given = connectParameters(settings, secretNames("contoso"), {
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

describe("first rules", () => {
  const official = { source: "docker.io/library/*", target: "library/*" };
  const ghcr = { source: "ghcr.io/*", target: "ghcr.io/*" };
  const nginx = { source: "docker.io/library/nginx", target: "nginx" };
  it.each<[string, string | undefined, boolean, readonly object[], readonly object[]]>([
    ["Docker's official images where nobody says any", undefined, true, [], [official]],
    ["none without a Docker account", undefined, false, [], []],
    ["none where there are rules already", undefined, true, [ghcr], []],
    [
      "those that are said",
      "docker.io/library/*=library/*, ghcr.io/*=ghcr.io/*",
      false,
      [],
      [official, ghcr],
    ],
    [
      "of those, what is not there",
      "docker.io/library/*=library/*,ghcr.io/*=ghcr.io/*",
      true,
      [official],
      [ghcr],
    ],
    [
      "nor what is there in ACR's spelling",
      "nginx=nginx,docker.io/nginx=nginx",
      true,
      [nginx],
      [{ source: "nginx", target: "nginx" }],
    ],
    ["none if that is said", " None ", true, [], []],
  ])("are %s", (_what, text, docker, present, wanted) => {
    const asked = rulesToAsk(text, {
      present: present as never,
      docker,
      loginServer: "contoso.azurecr.io",
    });

    expect(asked).toEqual(wanted);
  });

  it.each(["docker.io/library/*", "a=b=c", "=library/*", "docker.io/x="])(
    "are not written %s",
    (text) => {
      expect(() => parseFirstRules(text)).toThrow(`FIRST_RULES has "${text}"`);
    },
  );

  it.each([
    [official, "library/alpine:latest"],
    [{ source: "docker.io/library/*", target: "hub/*" }, "hub/alpine:latest"],
    [{ source: "docker.io/*", target: "hub/*" }, "hub/library/alpine:latest"],
    [ghcr, "ghcr.io/<image>:<tag>"],
    [nginx, "nginx:latest"],
  ])("can be tried: %j", (rule, image) => {
    expect(exampleOf(rule)).toBe(image);
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

describe("the Azure CLI", () => {
  const failing =
    (words: string): Az =>
    () =>
      Promise.reject(new Error(words));
  const site = { subscription: "s", resourceGroup: "g", name: "func" };
  const patience = { waitSeconds: 0.05, pollSeconds: 0.01 };

  it("is told to be signed out, or in somewhere else", async () => {
    await expect(signedIn(failing("Please run 'az login' to setup account."), "s")).rejects.toThrow(
      /^The Azure CLI \(az\) does not reach subscription s: Please run 'az login'.*\nRun "az login"/,
    );
  });

  it("is asked for the function until it is there", async () => {
    let asked = 0;
    const az: Az = async () => {
      asked += 1;
      if (asked < 3) throw new Error("Not Found({})");
    };

    await awaitFunction(az, site, "secretEvents", { waitSeconds: 20, pollSeconds: 0.01 });

    expect(asked).toBe(3);
  });

  it.each([
    ["in vain", "Not Found({})", 2],
    ["once where it is not allowed", 'Forbidden({"error":{"code":"AuthorizationFailed"}})', 1],
  ])("is asked for it %s, and its words are told", async (_what, words, least) => {
    let asked = 0;
    const az: Az = () => {
      asked += 1;
      return failing(words)();
    };

    await expect(awaitFunction(az, site, "secretEvents", patience)).rejects.toThrow(
      `Azure does not show the function secretEvents of func: ${words}`,
    );
    expect(least === 1 ? asked === 1 : asked >= least).toBe(true);
  });

  it.each([
    ["account", "account"],
    ["--name", "--name"],
    ["/subscriptions/s/x?api-version=1&y=2", '"/subscriptions/s/x?api-version=1&y=2"'],
    ["@C:\\Users\\Ada L\\p.json", '"@C:\\Users\\Ada L\\p.json"'],
    ["", '""'],
  ])("gets %j by way of cmd.exe as one word", (word, quoted) => {
    expect(quoteForCmd(word)).toBe(quoted);
  });

  it.each(['a"b', "%PATH%", "a\nb"])("is not given %j there", (word) => {
    expect(() => quoteForCmd(word)).toThrow("cannot be given");
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
its page              https://func-larder.azurewebsites.net/api/   (it asks you to sign in)
its description       https://func-larder.azurewebsites.net/api/openapi.json

Try it:
  az acr login --name two
  docker pull two.azurecr.io/gh/<image>:<tag>

Left to you:
- one: Wait.
- Rules for Docker Hub need an account: azd env set DOCKER_ACCOUNT <Docker ID>, then azd up.`);
  });
});

import { afterEach, describe, expect, it } from "vitest";
import {
  type Answer,
  healthy,
  refused,
  rule,
  type ScriptedApi,
  scriptedApi,
  setView,
} from "./hooks-api.ts";
import { type AzureSide, azOf, azureSide, deployed } from "./hooks-azure.ts";
import { runHook } from "./hooks-program.ts";
import { type HooksStage, hooksStage, registryIdOf } from "./hooks-stage.ts";

/* postdeploy as azd runs it, with a made-up Azure CLI and API: what goes wrong, and what is left alone. */

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

interface Scene {
  readonly stage: HooksStage;
  readonly azure: AzureSide;
  readonly api: ScriptedApi;
  run(env?: Readonly<Record<string, string>>): Promise<{ code: number | null; text: string }>;
  /** Parameters of each deployment of connect.bicep. */
  readonly deployments: Readonly<Record<string, unknown>>[];
}

/** A vault with all secrets, and an API where everything goes well but for `answers`, by "METHOD path". */
async function scene(
  answers: Readonly<Record<string, Answer>> = {},
  programs: readonly string[] = ["az", "azd"],
): Promise<Scene> {
  const azure = azureSide();
  const deployments: Readonly<Record<string, unknown>>[] = [];
  azure.deploy = (parameters) => {
    deployments.push(parameters);
    return { out: {} };
  };
  const stage = await hooksStage((command) => azOf(azure)(command), programs);
  for (const name of ["user", "token", "token-pending", "contoso--pull-password"])
    stage.vault.seed(`docker-hub-${name}`, "there");
  const rules: object[] = [];
  const api = await scriptedApi((call) => {
    const given = answers[call];
    if (given) return given;
    if (call === "GET health") return healthy;
    if (/^(GET|PUT) registries\/\w+\/credential-sets\//.test(call)) return setView();
    if (/^GET registries\/\w+\/rules$/.test(call)) return [200, { value: rules }];
    if (call.startsWith("POST")) return [201, rules[rules.push(rule()) - 1]];
    return [200, rule()];
  });
  opened.push(stage, api);
  const run = (env: Readonly<Record<string, string>> = {}) =>
    runHook("connect", { ...stage.env, ...deployed(api.url), ...env }).ended;
  return { stage, azure, api, run, deployments };
}

const calls = ({ api }: Scene) => api.asked.map(({ method, path }) => `${method} ${path}`);
const started = ({ stage }: Scene) =>
  stage.programs.given
    .filter(({ program }) => program === "az")
    .map(({ words }) => words.join(" "));

describe("the Azure CLI", () => {
  it("is told to be missing, and where it comes from", async () => {
    const made = await scene({}, ["azd"]);

    const { code, text } = await made.run({ PATH: made.stage.programs.folder });

    expect(code).toBe(1);
    expect(text).toContain(
      "The Azure CLI (az) is not on the PATH. Install it (https://learn.microsoft.com/",
    );
  });
});

describe("connect.bicep", () => {
  it("gets the registries without a foreign set, and is deployed once the function is known", async () => {
    const made = await scene();
    const { azure, stage } = made;
    azure.functionAfter = 3;
    azure.sets = {
      one: [
        { name: "Docker-Hub", passwordSecretId: "https://fabrikam.vault.azure.net/secrets/pat" },
      ],
      two: [{ name: "docker-hub", passwordSecretId: `${stage.url}/secrets/docker-hub-token` }],
      three: [
        { name: "quay-io", passwordSecretId: "https://fabrikam.vault.azure.net/secrets/quay" },
      ],
    };
    stage.vault.seed("docker-hub-contoso--pull-totp-seed", "there");

    const { code, text } = await made.run({
      LARDER_REGISTRY_IDS: ["one", "two", "three"].map(registryIdOf).join(","),
    });

    expect(code).toBe(0);
    expect(text.split("Waiting until Azure has read the app")).toHaveLength(2);
    expect(made.deployments).toEqual([
      {
        registryIdsForNewSets: `${registryIdOf("two")},${registryIdOf("three")}`,
        vaultId: deployed("")["LARDER_VAULT_ID"],
        credentialSetName: "docker-hub",
        dockerAccount: "contoso_pull",
        renewTokens: true,
        managed: true,
        hasTotpSeed: true,
        userSecretName: "docker-hub-user",
        tokenSecretName: "docker-hub-token",
        identityPrincipalId: "11111111-1111-4111-8111-111111111111",
        appName: "func-larder",
        systemTopicId: deployed("")["LARDER_SYSTEM_TOPIC_ID"],
        stateStorageId: deployed("")["LARDER_STATE_STORAGE_ID"],
        customRoles: true,
      },
    ]);
    expect(text).toContain(
      '- one: It has a credential set "docker-hub" that reads another secret (https://fabrikam.vault.azure.net/secrets/pat), which was left as it is.',
    );
    expect(calls(made).filter((call) => call.includes("one/credential-sets"))).toEqual([]);
    // The key that opened the API stays in memory.
    const { functionKey } = azure;
    const sent = made.api.asked.map(({ headers }) => headers["x-functions-key"]);
    expect(new Set(sent)).toEqual(new Set([functionKey]));
    expect(text).not.toMatch(/the-(function|master|system)-key/);
    expect(started(made).filter((line) => line.includes(functionKey))).toEqual([]);
  });

  it("waits for no function and renews nothing where DOCKER_ROTATION is off", async () => {
    const made = await scene();
    made.azure.functionAfter = 1000;

    const { code, text } = await made.run({ DOCKER_ROTATION: "off", CUSTOM_ROLES: "false" });

    expect(code).toBe(0);
    expect(made.deployments).toMatchObject([
      { renewTokens: false, managed: false, customRoles: false },
    ]);
    expect(text).toContain("Larder does not renew its token (DOCKER_ROTATION is off)");
    expect(calls(made).filter((call) => call.startsWith("PUT"))).toEqual([]);
  });

  it("may be refused by ARM, whose words are told", async () => {
    const made = await scene();
    made.azure.deploy = () => ({ err: "ERROR: {'code': 'AuthorizationFailed'}", code: 1 });

    const { code, text } = await made.run();

    expect(code).toBe(1);
    expect(text).toContain(
      "infra/connect.bicep could not be deployed: {'code': 'AuthorizationFailed'}",
    );
    expect(text).toContain("azd hooks run postdeploy");
    expect(made.api.asked).toEqual([]);
  });

  it("is not deployed before the secrets are there", async () => {
    const made = await scene();
    made.stage.vault.drop("docker-hub-token");

    const { code, text } = await made.run();

    expect(code).toBe(1);
    expect(text).toContain('lacks docker-hub-token. Run "azd hooks run postprovision"');
    expect(made.deployments).toEqual([]);
  });

  it("has nothing to do without a Docker account", async () => {
    const made = await scene();

    const { code, text } = await made.run({
      DOCKER_ACCOUNT: "",
      FIRST_RULES: "ghcr.io/*=ghcr.io/*",
    });

    expect(code).toBe(0);
    expect(made.deployments).toEqual([]);
    expect(made.api.asked.find(({ method }) => method === "POST")?.body).toEqual({
      source: "ghcr.io/*",
      target: "ghcr.io/*",
      reason: "First rules of the deployment",
    });
    expect(text).toContain("- Rules for Docker Hub need an account: azd env set DOCKER_ACCOUNT");
  });
});

describe("the API", () => {
  it("is opened with a token where sign-in is on", async () => {
    const made = await scene();
    const LARDER_SIGN_IN_CLIENT_ID = "22222222-2222-4222-8222-222222222222";

    const { code, text } = await made.run({ LARDER_SIGN_IN_CLIENT_ID });

    expect(code).toBe(0);
    expect(made.api.asked[0]?.headers["authorization"]).toBe("Bearer a-token-of-ada");
    expect(started(made).join("\n")).toContain(
      "--resource api://22222222-2222-4222-8222-222222222222",
    );
    expect(text).not.toContain("a-token-of-ada");
  });

  it("is told to have nothing to open it, with what to do", async () => {
    const made = await scene();
    made.azure.instead["account get-access-token"] = {
      err: "ERROR: AADSTS65001: no consent",
      code: 1,
    };

    const { code, text } = await made.run({ LARDER_SIGN_IN_CLIENT_ID: "x" });

    expect(code).toBe(1);
    expect(text).toContain("got no token for Larder's API: AADSTS65001: no consent");
  });

  it("may refuse one thing, and the rest is done", async () => {
    const path = "registries/one/credential-sets/docker-hub";
    const made = await scene({
      [`PUT ${path}`]: refused(409, "UserNameDiffers", "There is another user name."),
      "POST registries/one/rules": refused(403, "SourceNotAllowed", "Policy does not allow it."),
    });

    const { code, text } = await made.run({
      LARDER_REGISTRY_IDS: ["one", "two"].map(registryIdOf).join(","),
    });

    expect(code).toBe(1);
    expect(text).toContain(
      "  Credential set docker-hub was not taken over: There is another user name. (UserNameDiffers)\n",
    );
    expect(text).toContain(
      "  Rule docker.io/library/* → one/library/* was refused: Policy does not allow it. (SourceNotAllowed)\n",
    );
    expect(text).toContain("  Rule docker-library: docker.io/library/* → two/library/*\n");
    expect(text).toContain('Not all of it went well. Mend it, and run "azd hooks run postdeploy".');
  });

  it("is told what it says of its health", async () => {
    const checks = [{ name: "storage", healthy: false, message: "State storage does not answer." }];
    const made = await scene({ "GET health": [503, { healthy: false, checks }] });

    const { code, text } = await made.run({ HOOK_WAIT_SECONDS: "0.2" });

    expect(code).toBe(1);
    expect(text).toContain("Larder is not well: State storage does not answer.");
  });

  it("is waited for while rights are on their way", async () => {
    let tries = 0;
    const made = await scene();
    const behind = await scriptedApi((call) => {
      if (call === "GET health") return healthy;
      if (call.startsWith("PUT") && (tries += 1) < 3)
        return refused(502, "LarderLacksRight", "It is Larder's own identity that lacks a right.");
      if (call.startsWith("POST") && (tries += 1) < 6)
        return refused(
          409,
          "CredentialSetUnhealthy",
          "unhealthy (Forbidden: does not have secrets get permission)",
        );
      if (call.includes("credential-sets")) return setView();
      if (call === "GET registries/contoso/rules") return [200, { value: [] }];
      return [201, rule()];
    });
    opened.push(behind);

    const { code, text } = await made.run({ LARDER_API: behind.url });

    expect(code).toBe(0);
    expect(text).toContain("Larder's own role assignments have not all arrived");
    expect(text).toContain("ACR may not read the credential set's secrets yet");
  });
});

describe("what is so already", () => {
  it("is left alone: a renewal with its policy, a rule with its settings", async () => {
    const rotation = {
      mode: "managed",
      account: "contoso_pull",
      state: "The live token works.",
      toDo: [],
    };
    const made = await scene({
      "GET registries/contoso/credential-sets/docker-hub": setView({ rotation }),
      "GET registries/contoso/rules": [200, { value: [rule({ refresh: { every: "PT1H" } })] }],
    });

    const { code, text } = await made.run({ FIRST_RULES: "docker.io/library/*=library/*" });

    expect(code).toBe(0);
    expect(calls(made).filter((call) => !call.startsWith("GET"))).toEqual([]);
    expect(text).toContain("Credential set docker-hub: The live token works.");
    expect(text).toContain("1 rule is there; none is added.");
  });

  it("is not asked twice of two registries that share the account", async () => {
    const made = await scene({
      "PUT registries/two/credential-sets/docker-hub": refused(409, "SecretRenewedAlready", "…"),
    });

    const { code, text } = await made.run({
      LARDER_REGISTRY_IDS: ["one", "two"].map(registryIdOf).join(","),
      FIRST_RULES: "none",
    });

    expect(code).toBe(0);
    expect(text).toContain("its token is renewed with that of another registry");
    expect(calls(made).filter((call) => call.startsWith("POST"))).toEqual([]);
  });
});

describe("what is left to a person", () => {
  it("is named at the end", async () => {
    const rotation = {
      mode: "assisted",
      account: "contoso_pull",
      state: "",
      toDo: ["Put a new token into the pending secret."],
    };
    const access = { state: "needed", commands: ["az role assignment create --scope …"] };
    const made = await scene({
      "GET registries/contoso/credential-sets/docker-hub": setView({ rotation, access }),
    });

    const { text } = await made.run({ DOCKER_ROTATION: "assisted" });

    expect(text).toContain(
      [
        "Left to you:",
        "- contoso: Let ACR read the credential set's secrets:",
        "    az role assignment create --scope …",
        "- contoso: Put a new token into the pending secret.",
      ].join("\n"),
    );
  });
});

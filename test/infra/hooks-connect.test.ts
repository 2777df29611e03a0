import { afterEach, describe, expect, it } from "vitest";
import { deployed } from "./hooks-azure.ts";
import { calls, closeScenes, scene, started } from "./hooks-connect-scene.ts";
import { registryIdOf } from "./hooks-stage.ts";

/* postdeploy as azd runs it, with a made-up Azure CLI and API: the deployment of connect.bicep. */

afterEach(closeScenes);

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
    const fabrikam = "https://fabrikam.vault.azure.net/secrets";
    const set = (name: string, vault: string, token: string) => ({
      name,
      usernameSecretId: `${vault}/docker-hub-user`,
      passwordSecretId: `${vault}/${token}`,
    });
    azure.sets = {
      one: [set("Docker-Hub", fabrikam, "pat")],
      two: [set("docker-hub", `${stage.url}/secrets`, "docker-hub-token")],
      three: [set("quay-io", fabrikam, "quay")],
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
        rotatorVaultId: "",
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

  it("takes up a set that is there already, with secrets of its own", async () => {
    const made = await scene();
    const { azure, stage } = made;
    const secret = (name: string) => `${stage.url}/secrets/${name}`;
    azure.sets = {
      contoso: [
        {
          name: "dockerhub-pull",
          usernameSecretId: secret("hub-reader"),
          passwordSecretId: secret("hub-pat"),
        },
      ],
    };
    for (const name of ["hub-reader", "hub-pat", "hub-pat-pending"])
      stage.vault.seed(name, "there");

    const { code } = await made.run({
      CREDENTIAL_SET_NAME: "dockerhub-pull",
      USER_SECRET_NAME: "hub-reader",
      TOKEN_SECRET_NAME: "hub-pat",
    });

    expect(code).toBe(0);
    expect(made.deployments).toMatchObject([
      {
        registryIdsForNewSets: registryIdOf("contoso"),
        credentialSetName: "dockerhub-pull",
        userSecretName: "hub-reader",
        tokenSecretName: "hub-pat",
      },
    ]);
    const adoption = "PUT registries/contoso/credential-sets/dockerhub-pull";
    expect(calls(made)).toContain(adoption);
  });

  it("leaves a set with another user name, though its token is ours", async () => {
    const made = await scene();
    const { azure, stage } = made;
    azure.sets = {
      contoso: [
        {
          name: "docker-hub",
          usernameSecretId: `${stage.url}/secrets/somebody`,
          passwordSecretId: `${stage.url}/secrets/docker-hub-token`,
        },
      ],
    };

    const { text } = await made.run();

    expect(made.deployments).toMatchObject([{ registryIdsForNewSets: "" }]);
    expect(text).toContain(`reads another secret (${stage.url}/secrets/somebody)`);
    expect(calls(made).filter((call) => call.startsWith("PUT"))).toEqual([]);
  });

  it("is told of the vault with the account's login, and looks for it there", async () => {
    const made = await scene();
    const { url, vault } = made.stage.rotator;
    const ROTATOR_VAULT_ID = `${deployed("")["LARDER_VAULT_ID"]}-rotator`;
    const apart = { ROTATOR_VAULT_ID, LARDER_ROTATOR_VAULT_URL: url };

    const before = await made.run(apart);

    expect(before.code).toBe(1);
    expect(before.text).toContain(`The vault ${url} lacks docker-hub-contoso--pull-password.`);
    expect(before.text).not.toContain("lacks docker-hub-token");

    for (const name of ["password", "totp-seed"])
      vault.seed(`docker-hub-contoso--pull-${name}`, "there");
    const { code } = await made.run(apart);

    expect(code).toBe(0);
    expect(made.deployments).toMatchObject([
      {
        rotatorVaultId: ROTATOR_VAULT_ID,
        vaultId: deployed("")["LARDER_VAULT_ID"],
        hasTotpSeed: true,
      },
    ]);
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

  it("may meet a right that a person gave, and says how to find it", async () => {
    const made = await scene();
    const err =
      "ERROR: {'code': 'RoleAssignmentExists', 'message': 'The role assignment already exists. The ID of the existing role assignment is 2f826ae117284c63bbb7a8a150a5a52d.'}";
    made.azure.deploy = () => ({ err, code: 1 });

    const { code, text } = await made.run();

    expect(code).toBe(1);
    expect(text).toContain(
      `  az role assignment list --all --subscription 00000000-0000-4000-8000-00000000f00d --query "[?name=='2f826ae1-1728-4c63-bbb7-a8a150a5a52d'].{role:roleDefinitionName, principal:principalId, id:id}" --output table\n  az role assignment delete --ids <id>\n`,
    );
    expect(text).toContain("azd hooks run postdeploy");
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

import { afterEach, describe, expect, it } from "vitest";
import { quoteForCmd } from "../../infra/hooks/az.ts";
import { planSet } from "../../infra/hooks/connection.ts";
import { connectSettings } from "../../infra/hooks/settings.ts";
import { deployed } from "./hooks-azure.ts";
import { closeScenes, scene, started } from "./hooks-connect-scene.ts";
import { runOnTerminal } from "./hooks-program.ts";
import { account, type HooksStage, held, hooksStage, password } from "./hooks-stage.ts";

afterEach(closeScenes);

describe("the address that gets the app's key", () => {
  const read = (api: string) =>
    connectSettings({
      ...deployed(api),
      LARDER_VAULT_URL: "https://contoso.vault.azure.net",
      LARDER_ROTATOR_VAULT_URL: "https://contoso.vault.azure.net",
      LARDER_REGISTRY_IDS: "/subscriptions/s/x",
    }).LARDER_API;

  it.each([
    ["https://func-larder.azurewebsites.net/api", "https://func-larder.azurewebsites.net/api/"],
    ["http://127.0.0.1:7071/api/", "http://127.0.0.1:7071/api/"],
  ])("may be %s", (api, address) => {
    expect(read(api)).toBe(address);
  });

  it.each([
    "http://func-larder.azurewebsites.net/api/",
    "http://127.0.0.1.example.com/api/",
    "https://func-larder.azurewebsites.net@example.com/api/",
    "ftp://func-larder/api/",
    "func-larder",
  ])("may not be %s", (api) => {
    expect(() => read(api)).toThrow("LARDER_API must be the address of Larder's API: https://");
  });

  it("is looked at before anybody is asked for the key", async () => {
    const opened = await scene();
    const ended = await opened.run({ LARDER_API: "http://larder.example.com/api/" });

    expect(ended.code).toBe(1);
    expect(started(opened)).toEqual([]);
  });
});

describe("a credential set of the same name for another upstream", () => {
  const set = {
    name: "docker-hub",
    usernameSecretId: "https://contoso.vault.azure.net/secrets/docker-hub-user",
    passwordSecretId: "https://contoso.vault.azure.net/secrets/docker-hub-token",
  };
  const plan = (loginServer: string) =>
    planSet([{ ...set, loginServer }], "docker-hub", "https://contoso.vault.azure.net", {
      user: "docker-hub-user",
      token: "docker-hub-token",
    });

  it("is not made one for Docker Hub, though it reads the same secrets", () => {
    expect(plan("ghcr.io")).toEqual({
      kind: "foreign",
      secretId: set.passwordSecretId,
      loginServer: "ghcr.io",
    });
    expect(plan("Docker.io")).toEqual({ kind: "own" });
  });

  it("is told of as what it is", async () => {
    const opened = await scene();
    const { azure, deployments, stage } = opened;
    const at = (name: string) => `${stage.url}/secrets/${name}`;
    const other = { ...set, usernameSecretId: at("u"), passwordSecretId: at("docker-hub-token") };
    const properties = {
      loginServer: "ghcr.io",
      authCredentials: [
        {
          usernameSecretIdentifier: other.usernameSecretId,
          passwordSecretIdentifier: other.passwordSecretId,
        },
      ],
    };
    const sets = { out: { value: [{ name: "docker-hub", properties }] } };
    const { env } = stage;
    const url = `${env["LARDER_REGISTRY_IDS"]}/credentialSets`;
    azure.instead = { [`rest --method get --url ${url}`]: sets };

    const { text } = await opened.run();

    expect(text).toContain('It has a credential set "docker-hub" for ghcr.io, which was left');
    expect(deployments).toMatchObject([{ registryIdsForNewSets: "" }]);
  });
});

describe("a word that ends in a backslash", () => {
  // As the C runtime behind the batch file takes arguments apart: 2n backslashes and a quote are n and an end.
  it.each([
    ["C:\\my folder\\", '"C:\\my folder\\\\"'],
    ["a&b\\\\", '"a&b\\\\\\\\"'],
    ["C:\\a b\\c", '"C:\\a b\\c"'],
  ])("does not take the next one along: %j", (word, quoted) => {
    expect(quoteForCmd(word)).toBe(quoted);
  });
});

describe.skipIf(process.platform === "win32")("a run that somebody else overtakes", () => {
  let stage: HooksStage;
  afterEach(() => stage.close());

  it("writes nothing over what is there by now", async () => {
    stage = await hooksStage();
    const { token } = stage.hub.createToken(account, { label: "by hand" });
    const hook = runOnTerminal("secrets", { ...stage.env, DOCKER_TOKEN: token });

    await hook.said("Password of");
    stage.vault.seed("docker-hub-user", account);
    stage.vault.seed("docker-hub-token", "dckr_pat_renewed-since");
    stage.vault.seed("docker-hub-token-pending", "dckr_pat_the-next-one");
    hook.type(`${password}\r`);
    const { code, text } = await hook.ended;

    expect(code).toBe(1);
    expect(text).toContain(
      "Somebody else wrote docker-hub-user, docker-hub-token, docker-hub-token-pending in the meantime",
    );
    expect(held(stage, "docker-hub-token")).toBe("dckr_pat_renewed-since");
    expect(held(stage, "docker-hub-token-pending")).toBe("dckr_pat_the-next-one");
    expect(text).not.toContain(password);
  });
});

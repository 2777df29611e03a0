import { afterEach, describe, expect, it } from "vitest";
import { closeStages, open, run, tokenOf } from "./hooks-secrets-run.ts";
import { account, type HooksStage, held, password, secretsIn } from "./hooks-stage.ts";

/* postprovision as azd runs it in a pipeline: a process of its own, the real Key Vault SDK, no terminal. */

afterEach(closeStages);

describe("a first run", () => {
  it("writes what a managed account needs, and prints it", async () => {
    const stage = await open();
    const token = tokenOf(stage);

    const { code, text } = await run(stage, {
      DOCKER_TOKEN: `${token}\n`,
      DOCKER_PASSWORD: password,
      DOCKER_TOKEN_EXPIRES: "2037-03-31",
    });

    expect(text).toBe(
      [
        `The login of Docker account "contoso_pull" in ${stage.url}:`,
        "  docker-hub-user: written",
        "  docker-hub-token: written; with it ACR signs in",
        "  docker-hub-token-pending: made, with nothing in it yet; the next token will wait there",
        "  docker-hub-contoso--pull-password: written; Larder alone reads it",
        "",
      ].join("\n"),
    );
    expect(code).toBe(0);
    expect(held(stage, "docker-hub-user")).toBe("contoso_pull");
    expect(held(stage, "docker-hub-token")).toBe(token);
    expect(held(stage, "docker-hub-contoso--pull-password")).toBe(password);
    expect(held(stage, "docker-hub-token-pending")).toBe("forbidden");
    const named = Object.fromEntries(
      secretsIn(stage).map(({ name, versions }) => [name, versions]),
    );
    expect(named["docker-hub-token"]?.[0]?.exp).toBe(Date.UTC(2037, 2, 31) / 1000);
    expect(named["docker-hub-token-pending"]).toMatchObject([
      { enabled: false, tags: { "larder-owner": "contoso/docker-hub" } },
    ]);
  });

  it("asks for no password where Larder makes no tokens", async () => {
    const stage = await open();

    const { code } = await run(stage, {
      DOCKER_TOKEN: tokenOf(stage),
      DOCKER_ROTATION: "assisted",
    });

    expect(code).toBe(0);
    expect(secretsIn(stage).map(({ name }) => name)).toEqual([
      "docker-hub-token",
      "docker-hub-token-pending",
      "docker-hub-user",
    ]);
  });

  it("says in two sentences what it means that there is no account", async () => {
    const stage = await open();

    const { code, text } = await run(stage, { DOCKER_ACCOUNT: "" });

    expect(text).toBe(
      "No Docker account is set, so that Docker Hub stays out: ACR caches its images only with a credential set, which needs an account's access token.\n" +
        'To add it, run "azd env set DOCKER_ACCOUNT <Docker ID>" and "azd up" again.\n',
    );
    expect(code).toBe(0);
    expect(secretsIn(stage)).toEqual([]);
  });
});

describe("a repeat", () => {
  it("never writes over what is there, for it may be newer than what a person remembers", async () => {
    const stage = await open();
    const old = tokenOf(stage);
    stage.vault.seed("docker-hub-user", account);
    stage.vault.seed("docker-hub-token", "a token that a rotation made");
    stage.vault.seed("docker-hub-token-pending", "the next one");
    stage.vault.seed("docker-hub-contoso--pull-password", "a newer password");

    const { code, text } = await run(stage, { DOCKER_TOKEN: old, DOCKER_PASSWORD: password });

    expect(code).toBe(0);
    expect(text).toContain("docker-hub-token: is there, and left as it is");
    expect(held(stage, "docker-hub-token")).toBe("a token that a rotation made");
    expect(held(stage, "docker-hub-token-pending")).toBe("the next one");
    expect(held(stage, "docker-hub-contoso--pull-password")).toBe("a newer password");
    expect(secretsIn(stage).map(({ versions }) => versions.length)).toEqual([1, 1, 1, 1]);
  });

  it("writes only what is missing", async () => {
    const stage = await open();
    stage.vault.seed("docker-hub-user", account);
    stage.vault.seed("docker-hub-token", "a token that a rotation made");

    const { code } = await run(stage, { DOCKER_PASSWORD: password });

    expect(code).toBe(0);
    expect(held(stage, "docker-hub-token")).toBe("a token that a rotation made");
    expect(held(stage, "docker-hub-contoso--pull-password")).toBe(password);
  });
});

describe("what stops it before anything is written", () => {
  const cases: readonly [
    string,
    (stage: HooksStage) => Record<string, string> | Promise<Record<string, string>>,
    readonly string[],
  ][] = [
    ["no values and nobody to ask", () => ({}), ["Set DOCKER_TOKEN", "Set DOCKER_PASSWORD"]],
    [
      "a token that Docker Hub refuses",
      () => ({ DOCKER_TOKEN: "dckr_pat_0123456789abcdefghijklmnopq", DOCKER_PASSWORD: password }),
      ['DOCKER_TOKEN: Docker Hub refuses that token for "contoso_pull"'],
    ],
    [
      "a wrong password",
      (stage) => ({ DOCKER_TOKEN: tokenOf(stage), DOCKER_PASSWORD: "incorrect horse battery" }),
      ['DOCKER_PASSWORD: Docker Hub refused the password of "contoso_pull"'],
    ],
    [
      "a token that has ended",
      (stage) => ({
        DOCKER_TOKEN: tokenOf(stage),
        DOCKER_PASSWORD: password,
        DOCKER_TOKEN_EXPIRES: "2020-01-01",
      }),
      ["DOCKER_TOKEN_EXPIRES is in the past"],
    ],
    [
      "a deleted secret",
      (stage) => {
        stage.vault.seed("docker-hub-token", "deleted in error");
        stage.vault.drop("docker-hub-token");
        return { DOCKER_TOKEN: tokenOf(stage), DOCKER_PASSWORD: password };
      },
      [
        "The vault's secret docker-hub-token was deleted, and its name is not free yet.",
        '"az keyvault secret recover --vault-name localhost --name docker-hub-token"',
      ],
    ],
    [
      "settings that are not right",
      () => ({ DOCKER_ACCOUNT: "not an account", DOCKER_ROTATION: "always", LARDER_VAULT_URL: "" }),
      [
        "- DOCKER_ACCOUNT must be a Docker ID",
        "- DOCKER_ROTATION must be managed, assisted or off",
        "- LARDER_VAULT_URL is missing",
      ],
    ],
  ];
  it.each(cases)("%s", async (_what, prepare, words) => {
    const stage = await open();
    const env = await prepare(stage);
    const before = secretsIn(stage);

    const { code, text } = await run(stage, env);

    expect(code).toBe(1);
    for (const one of words) expect(text).toContain(one);
    expect(text).not.toMatch(/\n {4}at /);
    expect(secretsIn(stage)).toEqual(before);
  });
});

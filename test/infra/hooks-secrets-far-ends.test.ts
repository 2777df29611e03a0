import { afterEach, describe, expect, it } from "vitest";
import { secretNames } from "../../infra/hooks/secret-names.ts";
import { runHook } from "./hooks-program.ts";
import { closeStages, open, run, tokenOf } from "./hooks-secrets-run.ts";
import { account, held, password, secretsIn } from "./hooks-stage.ts";

/* postprovision, and what Docker Hub and Azure make of it. */

afterEach(closeStages);

describe("an account with two-factor login", () => {
  const seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
  async function openWithSeed() {
    const stage = await open();
    stage.hub.addAccount({ username: account, password, twoFactorSeed: seed });
    return stage;
  }

  it("has its TOTP seed stored, after it was tried", async () => {
    const stage = await openWithSeed();

    const { code, text } = await run(stage, {
      DOCKER_TOKEN: tokenOf(stage),
      DOCKER_PASSWORD: password,
      DOCKER_TOTP_SEED: seed,
    });

    expect(text).toContain("docker-hub-contoso--pull-totp-seed: written");
    expect(code).toBe(0);
    expect(held(stage, "docker-hub-contoso--pull-totp-seed")).toBe(seed);
  });

  it("is said to need it", async () => {
    const stage = await openWithSeed();

    const { code, text } = await run(stage, {
      DOCKER_TOKEN: tokenOf(stage),
      DOCKER_PASSWORD: password,
    });

    expect(text).toMatch(/asks for the second factor.* Set DOCKER_TOTP_SEED\./);
    expect(code).toBe(1);
    expect(secretsIn(stage)).toEqual([]);
  });

  it("gets its seed later, beside the password that is there", async () => {
    const stage = await openWithSeed();
    stage.vault.seed("docker-hub-user", account);
    stage.vault.seed("docker-hub-token", "dckr_pat_there");
    stage.vault.seed("docker-hub-contoso--pull-password", password);

    const wrong = await run(stage, { DOCKER_TOTP_SEED: "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU" });

    expect(wrong.code).toBe(1);
    expect(wrong.text).toContain("Docker Hub refused the code of the second factor");

    const right = await run(stage, { DOCKER_TOTP_SEED: seed });

    expect(right.code).toBe(0);
    expect(held(stage, "docker-hub-contoso--pull-totp-seed")).toBe(seed);
  });
});

describe("another vault for the account's login", () => {
  it("gets password and seed, and nothing else", async () => {
    const stage = await open();
    const seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    stage.hub.addAccount({ username: account, password, twoFactorSeed: seed });
    const apart = { LARDER_ROTATOR_VAULT_URL: `${stage.rotator.url}/` };

    const { code, text } = await run(stage, {
      ...apart,
      DOCKER_TOKEN: tokenOf(stage),
      DOCKER_PASSWORD: password,
      DOCKER_TOTP_SEED: seed,
    });

    expect(code).toBe(0);
    expect(text).toContain(` in ${stage.url}, its password in ${stage.rotator.url}:\n`);
    expect(secretsIn(stage).map(({ name }) => name)).toEqual([
      "docker-hub-token",
      "docker-hub-token-pending",
      "docker-hub-user",
    ]);
    expect(secretsIn(stage.rotator).map(({ name }) => name)).toEqual([
      "docker-hub-contoso--pull-password",
      "docker-hub-contoso--pull-totp-seed",
    ]);
    expect(held(stage.rotator, "docker-hub-contoso--pull-password")).toBe(password);

    const again = await run(stage, apart);

    expect(again.code).toBe(0);
    expect(again.text).toContain("docker-hub-contoso--pull-password: is there");
  });
});

describe("secrets with names of a person's own", () => {
  it("are those that are looked for and written", async () => {
    const stage = await open();
    const token = tokenOf(stage);
    stage.vault.seed("hub-reader", account);

    const { code } = await run(stage, {
      USER_SECRET_NAME: "hub-reader",
      TOKEN_SECRET_NAME: "hub-pat",
      DOCKER_ROTATION: "assisted",
      DOCKER_TOKEN: token,
    });

    expect(code).toBe(0);
    expect(secretsIn(stage).map(({ name, versions }) => [name, versions.length])).toEqual([
      ["hub-pat", 1],
      ["hub-pat-pending", 1],
      ["hub-reader", 1],
    ]);
    expect(held(stage, "hub-pat")).toBe(token);
  });
});

describe("Azure and Docker Hub on their way", () => {
  const waiting =
    "The vault does not let you in yet: role assignments take some minutes to arrive.";

  it("waits for its rights on the vault", async () => {
    const stage = await open();
    stage.vault.access.revoke(stage.person);
    const hook = runHook("secrets", {
      ...stage.env,
      DOCKER_TOKEN: tokenOf(stage),
      DOCKER_PASSWORD: password,
    });

    await hook.said(waiting);
    stage.vault.access.allowAll(stage.person);

    expect(await hook.ended).toMatchObject({ code: 0 });
    expect(held(stage, "docker-hub-contoso--pull-password")).toBe(password);
  });

  it("names the role it needs when they do not come", async () => {
    const stage = await open();
    stage.vault.access.revoke(stage.person);
    const readable = Object.values(
      secretNames(account, {
        USER_SECRET_NAME: "docker-hub-user",
        TOKEN_SECRET_NAME: "docker-hub-token",
      }),
    );
    for (const name of readable) stage.vault.access.grant(stage.person, name);

    const { code, text } = await run(stage, {
      DOCKER_TOKEN: tokenOf(stage),
      DOCKER_PASSWORD: password,
      HOOK_WAIT_SECONDS: "0",
    });

    expect(code).toBe(1);
    expect(text).toContain("Could not write secret docker-hub-user");
    expect(text).toContain('You need the role "Key Vault Secrets Officer" on the vault.');
  });

  it("stores a token untried when this machine cannot reach Docker Hub", async () => {
    const stage = await open();
    const token = "dckr_pat_0123456789abcdefghijklmnopq";
    stage.faults.add({ where: "docker-hub", kind: "drop" });

    const { code, text } = await run(stage, { DOCKER_TOKEN: token, DOCKER_ROTATION: "assisted" });

    expect(text).toContain("Docker Hub could not be asked, so it is stored untried.");
    expect(code).toBe(0);
    expect(held(stage, "docker-hub-token")).toBe(token);
  });
});

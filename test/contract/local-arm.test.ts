import type { CredentialSet } from "@azure/arm-containerregistry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addRule, registryStage, type Stage, vaultUrl } from "./local-acr-stage.ts";

const group = "myResourceGroup";
const registryName = "myRegistry";
const quick = { updateIntervalInMs: 1 };

let stage: Stage;
beforeAll(async () => {
  stage = await registryStage();
});
afterAll(() => stage.close());

const setId = (name: string) => `${stage.base}/credentialSets/${name}`;
const newSet = (): CredentialSet => ({
  loginServer: "docker.io",
  identity: { type: "SystemAssigned" },
  authCredentials: [
    {
      name: "Credential1",
      usernameSecretIdentifier: `${vaultUrl}/username`,
      passwordSecretIdentifier: `${vaultUrl}/password`,
    },
  ],
});
const healthOf = (set: CredentialSet) => set.authCredentials?.[0]?.credentialHealth;
const createRule = (name: string, sourceRepository: string, targetRepository: string) =>
  stage.management.cacheRules.create(
    group,
    registryName,
    name,
    { sourceRepository, targetRepository, credentialSetResourceId: setId("docker-hub") },
    quick,
  );

describe("credential sets, through the real SDK", () => {
  const { management } = { management: () => stage.management.credentialSets };

  it("are Forbidden until their own identity may read the secrets", async () => {
    const made = await management().create(group, registryName, "fresh-set", newSet(), quick);
    const principal = made.identity?.principalId ?? "";

    expect(made.provisioningState).toBe("Succeeded");
    expect(healthOf(made)).toMatchObject({ status: "Unhealthy", errorCode: "Forbidden" });
    expect(healthOf(made)?.errorMessage).toMatch(
      new RegExp(
        `^The user, group or application 'name=microsoft\\.containerregistry/registries;appid=[^;]+;oid=${principal};iss=[^']+' does not have secrets get permission on key vault 'myvault;location=westus'\\.`,
      ),
    );
    for (const name of ["username", "password"]) stage.vault.grant(principal, name);
    const later = await management().get(group, registryName, "fresh-set");
    expect(healthOf(later)).toEqual({ status: "Healthy" });
  });

  it("are Unhealthy while the upstream refuses the login", async () => {
    stage.secrets["password"] = "expired";
    const refused = await management().get(group, registryName, "docker-hub");
    stage.secrets["password"] = "right";
    const accepted = await management().get(group, registryName, "docker-hub");

    expect(healthOf(refused)?.status).toBe("Unhealthy");
    expect(healthOf(accepted)?.status).toBe("Healthy");
  });

  it("take new secrets by PATCH and keep login server and creation date", async () => {
    const made = await management().create(group, registryName, "patched", newSet(), quick);
    stage.clock.advance(60);

    const patched = await management().update(
      group,
      registryName,
      "patched",
      {
        authCredentials: [
          {
            name: "Credential1",
            usernameSecretIdentifier: `${vaultUrl}/username2`,
            passwordSecretIdentifier: `${vaultUrl}/password2`,
          },
        ],
      },
      quick,
    );

    expect(patched.authCredentials?.[0]?.usernameSecretIdentifier).toBe(`${vaultUrl}/username2`);
    expect([patched.loginServer, patched.creationDate]).toEqual(["docker.io", made.creationDate]);
    expect(patched.systemData?.createdAt).not.toEqual(made.systemData?.createdAt);
  });

  it("are deleted, also twice, but not while a rule uses them", async () => {
    await management().create(group, registryName, "short-lived", newSet(), quick);
    addRule(stage, "docker.io/in/use", "in/use");

    await management().delete(group, registryName, "short-lived", quick);
    await management().delete(group, registryName, "short-lived", quick);

    await expect(management().get(group, registryName, "short-lived")).rejects.toMatchObject({
      statusCode: 404,
      code: "ResourceNotFound",
    });
    await expect(
      management().delete(group, registryName, "docker-hub", quick),
    ).rejects.toMatchObject({ code: "sim:CredentialSetInUse" });
  });
});

describe("cache rules, through the real SDK", () => {
  it("are made, served at once, and compared without case", async () => {
    const made = await createRule("Grafana-Rule", "docker.io/grafana/*", "grafana/*");
    stage.upstream.push("docker.io/grafana/loki:latest");
    const again = await stage.management.cacheRules.get(group, registryName, "grafana-rule");

    expect(made.provisioningState).toBe("Succeeded");
    expect([again.name, again.sourceRepository]).toEqual(["Grafana-Rule", "docker.io/grafana/*"]);
    expect(again.id).toBe(`${stage.base}/cacheRules/Grafana-Rule`);
    expect(stage.registry.ruleFor("grafana/loki")?.name).toBe("Grafana-Rule");
  });

  it("may name an unhealthy credential set", async () => {
    stage.registry.addCredentialSet({
      name: "unhealthy",
      loginServer: "docker.io",
      usernameSecretId: `${vaultUrl}/username`,
      passwordSecretId: `${vaultUrl}/password`,
    });
    const rule = {
      sourceRepository: "docker.io/un/healthy",
      targetRepository: "un/healthy",
      credentialSetResourceId: setId("unhealthy"),
    };

    const made = await stage.management.cacheRules.create(
      group,
      registryName,
      "unhealthy-rule",
      rule,
      quick,
    );

    expect(made.provisioningState).toBe("Succeeded");
  });

  it("lose their credential set by PATCH, and nothing else", async () => {
    await createRule("patch-me", "docker.io/patch/me", "patch/me");

    const patched = await stage.management.cacheRules.update(
      group,
      registryName,
      "patch-me",
      // The SDK's type has no null, the service's does: null removes it (facts/acr.md section 1).
      { credentialSetResourceId: null as unknown as string },
      quick,
    );

    expect(patched.credentialSetResourceId).toBeUndefined();
    expect(patched.sourceRepository).toBe("docker.io/patch/me");
  });

  it("are deleted and leave their repositories", async () => {
    await createRule("delete-me", "docker.io/delete/me", "delete/me");
    stage.registry.storage.put("delete/me", {
      bytes: Buffer.from("{}"),
      mediaType: "x/y",
      tag: "v1",
    });

    await stage.management.cacheRules.delete(group, registryName, "delete-me", quick);

    expect(stage.registry.ruleFor("delete/me")).toBeUndefined();
    expect(stage.registry.storage.repositories.get("delete/me")?.tags.size).toBe(1);
    await expect(createRule("delete-me", "docker.io/delete/me", "delete/me")).rejects.toMatchObject(
      { code: "sim:TargetRepositoryExists" },
    );
  });

  it("are listed by page", async () => {
    stage.registry.configure({ armPageSize: 2 });
    for (const part of ["one", "two", "three"])
      addRule(stage, `quay.io/list/${part}`, `list/${part}`);
    const names: string[] = [];
    const pages: number[] = [];
    for await (const page of stage.management.cacheRules.list(group, registryName).byPage()) {
      pages.push(page.length);
      names.push(...page.map(({ name }) => name ?? ""));
    }
    stage.registry.configure({ armPageSize: 100 });

    expect(Math.max(...pages)).toBe(2);
    expect(names).toEqual([...stage.registry.rules.list()].map(({ name }) => name));
    expect(names).toContain("list-three");
  });
});

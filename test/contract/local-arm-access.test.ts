import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { registryId, vaultArmId } from "../local/cloud.ts";
import { type AccessStage, accessStage, localVault } from "./arm-access-stage.ts";
import { codeOf } from "./local-acr-stage.ts";

let stage: AccessStage;
beforeAll(async () => {
  stage = await accessStage();
});
beforeEach(() => {
  Object.assign(stage.arm.access, { mode: "rbac", mayAssign: true, principalDelay: 0 });
});
afterAll(() => stage.close());

const secretsUser = "4633458b-17de-408a-b874-0445c86b69e6";
const reader = "21090545-7ca7-4776-b22c-e363652d74d2";
const pathOf = (secret: string, name: string) =>
  `${vaultArmId()}/secrets/${secret}/providers/Microsoft.Authorization/roleAssignments/${name}`;
const bodyFor = (principalId: string, role = secretsUser) => ({
  properties: {
    roleDefinitionId: `/subscriptions/any/providers/Microsoft.Authorization/roleDefinitions/${role}`,
    principalId,
    principalType: "ServicePrincipal",
  },
});
const assign = (
  principalId: string,
  name: string,
  role = secretsUser,
  secret = "docker-hub-token",
) => stage.ask("PUT", pathOf(secret, name), "2022-04-01", bodyFor(principalId, role));
const tokenUrl = `${localVault}/secrets/docker-hub-token`;
const mayRead = (principalId: string) => stage.mayRead(principalId, tokenUrl);

describe("the vault at ARM", () => {
  it.each([
    ["rbac", true],
    ["accessPolicies", false],
  ] as const)("says that it uses %s", async (mode, enableRbacAuthorization) => {
    stage.arm.access.mode = mode;

    const answer = await stage.ask("GET", vaultArmId().toLowerCase(), "2023-07-01");

    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      id: vaultArmId(),
      name: "larder",
      properties: { enableRbacAuthorization, vaultUri: `${localVault}/` },
    });
  });

  it.each([
    [
      "another vault",
      vaultArmId().replace(/larder$/, "pantry"),
      "2023-07-01",
      404,
      "ResourceNotFound",
    ],
    [
      "another group",
      vaultArmId().replace("larder-local", "no"),
      "2023-07-01",
      404,
      "ResourceGroupNotFound",
    ],
    ["a registry's api-version", vaultArmId(), "2025-11-01", 400, "NoRegisteredProviderFound"],
    [
      "what a vault has besides",
      `${vaultArmId()}/keys/k`,
      "2023-07-01",
      404,
      "InvalidResourceType",
    ],
  ])("does not answer for %s", async (_case, path, apiVersion, status, code) => {
    const answer = await stage.ask("GET", path, apiVersion);

    expect([answer.status, await codeOf(answer)]).toEqual([status, code]);
  });
});

describe("a role on a secret", () => {
  it("lets its principal read until it is taken back", async () => {
    const [who, name] = [randomUUID(), randomUUID()];

    expect((await assign(who, name)).status).toBe(201);
    expect((await assign(who, name)).status).toBe(200);
    expect(mayRead(who)).toBe(true);
    const shown = await stage.ask("GET", pathOf("docker-hub-token", name), "2022-04-01");
    expect(await shown.json()).toMatchObject({
      name,
      properties: { principalId: who, scope: `${vaultArmId()}/secrets/docker-hub-token` },
    });

    const path = pathOf("docker-hub-token", name);
    expect((await stage.ask("DELETE", path, "2022-04-01")).status).toBe(200);
    expect(mayRead(who)).toBe(false);
    expect((await stage.ask("DELETE", path, "2022-04-01")).status).toBe(204);
    expect((await stage.ask("GET", path, "2022-04-01")).status).toBe(404);
  });

  it("heals a credential set", async () => {
    const { registry } = stage.addRegistry({ name: "healed" });
    const who = registry.addCredentialSet({
      name: "docker-hub",
      loginServer: "docker.io",
      usernameSecretId: `${localVault}/secrets/docker-hub-username`,
      passwordSecretId: tokenUrl,
    });
    const health = async () => {
      const answer = await stage.ask(
        "GET",
        `${registryId("healed")}/credentialSets/docker-hub`,
        "2025-11-01",
      );
      const { properties } = (await answer.json()) as {
        properties: { authCredentials: { credentialHealth: { status: string } }[] };
      };
      return properties.authCredentials[0]?.credentialHealth.status;
    };

    expect(await health()).toBe("Unhealthy");
    await assign(who, randomUUID());
    expect(await health()).toBe("Unhealthy");
    await assign(who, randomUUID(), secretsUser, "docker-hub-username");
    expect(await health()).toBe("Healthy");
  });

  it("is one for a principal, role and secret, whatever its name", async () => {
    const who = randomUUID();
    await assign(who, randomUUID());

    const second = await assign(who, randomUUID());

    expect([second.status, await codeOf(second)]).toEqual([409, "RoleAssignmentExists"]);
    expect((await assign(who, randomUUID(), reader)).status).toBe(201);
    expect((await assign(randomUUID(), randomUUID())).status).toBe(201);
  });

  it("keeps its name for one principal", async () => {
    const name = randomUUID();
    await assign(randomUUID(), name);

    const other = await assign(randomUUID(), name);

    expect([other.status, await codeOf(other)]).toEqual([400, "RoleAssignmentUpdateNotPermitted"]);
  });

  it.each([
    ["is another one", "rbac", reader],
    ["is on a vault with access policies", "accessPolicies", secretsUser],
  ] as const)("opens nothing when it %s", async (_case, mode, role) => {
    const who = randomUUID();
    stage.arm.access.mode = mode;

    expect((await assign(who, randomUUID(), role)).status).toBe(201);
    expect(mayRead(who)).toBe(false);
  });

  it("is refused to those who may not assign, deleting included", async () => {
    const [who, name] = [randomUUID(), randomUUID()];
    await assign(who, name);
    stage.arm.access.mayAssign = false;

    const put = await assign(randomUUID(), randomUUID());
    const gone = await stage.ask("DELETE", pathOf("docker-hub-token", name), "2022-04-01");

    expect([put.status, await codeOf(put)]).toEqual([403, "AuthorizationFailed"]);
    expect([gone.status, mayRead(who)]).toEqual([403, true]);
  });

  it("waits for its principal, each one anew", async () => {
    stage.arm.access.principalDelay = 2;
    for (const who of [randomUUID(), randomUUID()]) {
      const statuses = [];
      for (let n = 0; n < 3; n += 1) statuses.push((await assign(who, randomUUID())).status);
      expect(statuses).toEqual([400, 400, 201]);
    }
  });

  it.each([
    ["a name that is no GUID", () => assign(randomUUID(), "mine"), "InvalidRoleAssignmentId"],
    ["a principal that is no GUID", () => assign("me", randomUUID()), "sim:MissingProperty"],
  ])("is refused with %s", async (_case, put, code) => {
    const answer = await put();

    expect([answer.status, await codeOf(answer)]).toEqual([400, code]);
  });
});

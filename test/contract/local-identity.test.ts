import { ManagedIdentityCredential } from "@azure/identity";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { request } from "./local-request.ts";
import { openStage, type Stage } from "./local-vault-stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe("the SDK's ManagedIdentityCredential", () => {
  it("gets a token that verifies for its audience only", async () => {
    const { identity } = stage;
    const given = await new ManagedIdentityCredential().getToken(
      "https://management.azure.com/.default",
    );
    const authorization = `Bearer ${given.token}`;
    const lifetime = given.expiresOnTimestamp - Date.now();

    expect(identity.verify(authorization, "https://management.azure.com")).toBe(
      identity.appPrincipalId,
    );
    expect(identity.verify(authorization, "https://management.azure.com/")).toBe(
      identity.appPrincipalId,
    );
    expect(identity.verify(authorization, "https://vault.azure.net")).toBeUndefined();
    expect(lifetime).toBeGreaterThan(23 * 3_600_000);
  });

  it("may name the identity by its client id", async () => {
    const { clientId } = stage.identity;
    const named = new ManagedIdentityCredential({ clientId });
    const stranger = new ManagedIdentityCredential({
      clientId: "6b8a3f4e-0000-4000-8000-000000000000",
      retryOptions: { maxRetries: 0 },
    });

    expect((await named.getToken("https://vault.azure.net/.default")).token).not.toBe("");
    await expect(stranger.getToken("https://vault.azure.net/.default")).rejects.toThrow(
      "No managed identity",
    );
  });

  it("carries the claims that the services look at", async () => {
    const { token } = await new ManagedIdentityCredential().getToken("https://a.example/.default");
    const claims: unknown = JSON.parse(
      Buffer.from(token.split(".")[1] ?? "", "base64url").toString(),
    );

    expect(claims).toMatchObject({
      aud: "https://a.example",
      appid: stage.identity.clientId,
      oid: stage.identity.appPrincipalId,
      tid: stage.identity.tenantId,
    });
  });
});

describe("the endpoint", () => {
  const query = "?api-version=2019-08-01&resource=https://vault.azure.net";
  it.each([
    ["without its header", `/msi/token${query}`, {}, 401],
    ["with another header", `/msi/token${query}`, { "x-identity-header": "guess" }, 401],
    ["without a resource", "/msi/token?api-version=2019-08-01", undefined, 400],
    ["with another api-version", "/msi/token?api-version=2017-09-01&resource=r", undefined, 400],
    ["on another path", `/token${query}`, undefined, 404],
    ["as it should be asked", `/msi/token${query}`, undefined, 200],
  ])("answers a request %s", async (_, path, headers, status) => {
    const own = { "x-identity-header": stage.identity.header };
    const reply = await request(stage.identityUrl + path, { headers: headers ?? own });
    expect(reply.status).toBe(status);
  });

  it("does not verify the tokens of another run", async () => {
    const other = await openStage();
    const token = other.identity.issue("p", "https://vault.azure.net");
    await other.close();
    expect(other.identity.verify(`Bearer ${token}`, "https://vault.azure.net")).toBe("p");
    expect(stage.identity.verify(`Bearer ${token}`, "https://vault.azure.net")).toBeUndefined();
  });
});

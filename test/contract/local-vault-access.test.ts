import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Reply, request } from "./local-request.ts";
import { openStage, type Stage } from "./local-vault-stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const ask = (
  method: string,
  path: string,
  options: { token?: string; body?: string } = {},
): Promise<Reply> =>
  request(stage.url + path, {
    method,
    ca: stage.ca,
    headers: options.token === undefined ? {} : { authorization: `Bearer ${options.token}` },
    body: options.body,
  });
const appToken = (audience = "https://vault.azure.net") =>
  stage.identity.issue(stage.identity.appPrincipalId, audience);
const codeOf = ({ status, json }: Reply) =>
  `${status} ${(json as { error: { code: string } }).error.code}`;

describe("the challenge", () => {
  it("tells a caller without a token where to get one, whatever the body", async () => {
    const reply = await ask("PUT", "/secrets/x?api-version=7.5", { body: "not json" });

    expect(codeOf(reply)).toBe("401 Unauthorized");
    expect(reply.headers["www-authenticate"]).toBe(
      `Bearer authorization="https://login.microsoftonline.com/${stage.identity.tenantId}", resource="https://vault.azure.net"`,
    );
  });

  it.each([
    ["a token for ARM", () => appToken("https://management.azure.com")],
    ["a token that is no token", () => "abc"],
    ["a token with a changed signature", () => `${appToken().slice(0, -6)}AAAAAA`],
  ])("refuses %s", async (_, token) => {
    expect(codeOf(await ask("GET", "/secrets?api-version=7.5", { token: token() }))).toBe(
      "401 Unauthorized",
    );
  });

  it("refuses a token a day later", async () => {
    const token = appToken("https://vault.azure.net/");
    expect((await ask("GET", "/secrets?api-version=7.5", { token })).status).toBe(200);
    stage.tokenClock.advance(86_400);
    expect((await ask("GET", "/secrets?api-version=7.5", { token })).status).toBe(401);
  });
});

describe("requests", () => {
  it.each([
    ["GET", "/secrets/kept/?api%2Dversion=2026-04-01", "", 200],
    ["GET", "/secrets/kept?api-version=2025-07-01", "", 200],
    ["GET", "/secrets/KEPT?api-version=7.6", "", 200],
    ["GET", "/secrets/kept", "", 400],
    ["GET", "/secrets/kept?api-version=2015-06-01", "", 400],
    ["GET", "/secrets?api-version=7.5&maxresults=26", "", 400],
    ["GET", "/secrets/absent?api-version=7.5", "", 404],
    ["GET", "/keys?api-version=7.5", "", 404],
    ["PATCH", "/secrets?api-version=7.5", "", 405],
    ["PUT", "/secrets/under_score?api-version=7.5", '{"value":"v"}', 400],
    ["PUT", "/secrets/good-name?api-version=7.5", "{", 400],
    ["PUT", "/secrets/good-name?api-version=7.5", '{"value":1}', 400],
    ["PUT", "/secrets/good-name?api-version=7.5", `{"value":"${"x".repeat(25_601)}"}`, 400],
    ["PUT", "/secrets/good-name?api-version=7.5", '{"value":"v","attributes":{"exp":1.5}}', 400],
    ["POST", "/secrets/restore?api-version=7.5", '{"value":"abcd"}', 400],
  ])("%s %s answers to %.30s with %i", async (method, path, body, status) => {
    stage.vault.seed("kept", "v");
    expect((await ask(method, path, { token: appToken(), body })).status).toBe(status);
  });
});

describe("grants", () => {
  it("lets a principal get the granted secret only", async () => {
    stage.vault.seed("granted", "v");
    stage.vault.seed("other", "v");
    stage.vault.reader.grant("p-1", "granted");
    const token = stage.identity.issue("p-1", "https://vault.azure.net");

    expect((await ask("GET", "/secrets/granted?api-version=7.5", { token })).status).toBe(200);
    expect(codeOf(await ask("GET", "/secrets/other?api-version=7.5", { token }))).toBe(
      "403 Forbidden",
    );
    const put = { token, body: '{"value":"mine"}' };
    expect(codeOf(await ask("PUT", "/secrets/granted?api-version=7.5", put))).toBe("403 Forbidden");
    expect(codeOf(await ask("GET", "/secrets?api-version=7.5", { token }))).toBe("403 Forbidden");
  });

  it("reads for a credential set, in the words that ACR repeats", () => {
    stage.vault.seed("docker-hub-token", "dckr_pat_1");
    const url = `${stage.url}/secrets/docker-hub-token`;
    const { reader, access } = stage.vault;
    const { tenantId } = stage.identity;

    expect(reader.readAs("p-2", url)).toEqual({
      forbidden: `The user, group or application 'name=microsoft.containerregistry/registries;appid=p-2;oid=p-2;iss=https://sts.windows.net/${tenantId}/' does not have secrets get permission on key vault 'larder;location=westus'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
    });
    reader.grant("p-2", "docker-hub-token");
    expect(reader.readAs("p-2", url)).toEqual({ value: "dckr_pat_1" });
    stage.vault.seed("docker-hub-token", "dckr_pat_2");
    expect(reader.readAs("p-2", url)).toEqual({ value: "dckr_pat_2" });
    stage.vault.seed("docker-hub-token", "dckr_pat_3", { enabled: false });
    expect(reader.readAs("p-2", url)).toEqual({
      forbidden: "Operation get is not allowed on a disabled secret.",
    });
    access.revoke("p-2", "docker-hub-token");
    expect(reader.readAs("p-2", url)).toHaveProperty("forbidden");
    reader.grant("p-2", "nothing-here");
    expect(reader.readAs("p-2", `${stage.url}/secrets/nothing-here`)).toHaveProperty("absent");
    expect(reader.readAs("p-2", "https://elsewhere/secrets/docker-hub-token")).toHaveProperty(
      "absent",
    );
  });

  it("shows names and versions in its state, never a value", () => {
    stage.vault.seed("state-secret", "must-not-show");
    const text = JSON.stringify(stage.vault.state());
    expect(text).toContain("state-secret");
    expect(text).not.toContain("must-not-show");
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askAcr, registryStage, type Stage } from "./local-acr-stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await registryStage({ adminUser: { username: "u", password: "p" } });
  stage.registry.storage.put("app", { bytes: Buffer.from("{}"), mediaType: "x/y", tag: "v1" });
});
afterAll(() => stage.close());

const tags = "/acr/v1/app/_tags";
const ask = (path: string, authorization?: string, method = "GET") =>
  fetch(`${stage.acr}${path}`, { method, headers: authorization ? { authorization } : {} });
const form = async (path: string, fields: Record<string, string>) => {
  const body = new URLSearchParams({ service: "s", ...fields });
  const answer = await fetch(`${stage.acr}${path}`, { method: "POST", body });
  return { status: answer.status, json: (await answer.json()) as Record<string, string> };
};
const entra = () => stage.identity.issue("somebody", "https://containerregistry.azure.net");
const exchange = () =>
  form("/oauth2/exchange", { grant_type: "access_token", access_token: entra() });
const claimsOf = (jwt = "") =>
  JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString()) as {
    exp: number;
    access?: unknown;
  };

describe("the challenge", () => {
  it("names realm, service and scope as the client sees the registry", async () => {
    const answer = await ask(tags);
    const authority = stage.acr.replace("https://", "");

    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe(
      `Bearer realm="${stage.acr}/oauth2/token",service="${authority}",scope="repository:app:metadata_read"`,
    );
    expect(await answer.json()).toEqual({
      errors: [
        {
          code: "UNAUTHORIZED",
          message:
            "authentication required, visit https://aka.ms/acr/authorization for more information.",
          detail: [{ Type: "repository", Name: "app", Action: "metadata_read" }],
        },
      ],
    });
  });

  it.each([
    ["GET", "/acr/v1/_catalog", "registry:catalog:*"],
    ["GET", "/v2/app/manifests/v1", "repository:app:pull"],
    ["PUT", "/v2/app/manifests/v1", "repository:app:pull,push"],
    ["DELETE", "/acr/v1/a%2Fb/_tags/v1", "repository:a/b:delete"],
    ["PATCH", "/acr/v1/app/_tags/v1", "repository:app:metadata_write"],
  ])("%s %s asks for %s", async (method, path, scope) => {
    const answer = await ask(path, undefined, method);

    expect(answer.headers.get("www-authenticate")).toContain(`scope="${scope}"`);
  });
});

describe("tokens", () => {
  it("are JWTs that expire: three hours to refresh, 75 minutes to use", async () => {
    const { refresh_token: refresh = "" } = (await exchange()).json;
    const fields = { grant_type: "refresh_token", refresh_token: refresh };
    const scope = "repository:app:pull,delete";
    const { access_token: access } = (await form("/oauth2/token", { ...fields, scope })).json;
    const now = stage.clock.now() / 1000;

    expect(Math.round((claimsOf(refresh).exp - now) / 60)).toBe(180);
    expect(Math.round((claimsOf(access).exp - now) / 60)).toBe(75);
    expect(claimsOf(access).access).toEqual([
      { type: "repository", name: "app", actions: ["pull", "delete"] },
    ]);
  });

  it("open what their scope says and nothing else", async () => {
    const { refresh_token: refresh = "" } = (await exchange()).json;
    const fields = { grant_type: "refresh_token", refresh_token: refresh };
    const scope = "repository:app:metadata_read";
    const { access_token: access } = (await form("/oauth2/token", { ...fields, scope })).json;

    expect((await ask(tags, `Bearer ${access}`)).status).toBe(200);
    const other = await ask("/acr/v1/other/_tags", `Bearer ${access}`);
    expect(other.status).toBe(401);
    expect(other.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
    expect((await ask(tags, `Bearer ${refresh}`)).status).toBe(401);
  });

  it("stop working when they expire", async () => {
    const { refresh_token: refresh = "" } = (await exchange()).json;
    const fields = { grant_type: "refresh_token", refresh_token: refresh };
    const scope = "repository:app:metadata_read";
    const { access_token: access } = (await form("/oauth2/token", { ...fields, scope })).json;

    stage.clock.advance(76 * 60);

    expect((await ask(tags, `Bearer ${access}`)).status).toBe(401);
  });

  it.each([
    ["a token of nobody", { grant_type: "access_token", access_token: "x.y.z" }, 401],
    ["another grant type", { grant_type: "password", access_token: "x" }, 400],
  ])("are not exchanged for %s", async (_, fields, status) => {
    expect((await form("/oauth2/exchange", fields)).status).toBe(status);
  });

  it("give a principal only the actions it has", async () => {
    stage.registry.configure({ rights: { somebody: ["pull"] } });
    const { refresh_token: refresh = "" } = (await exchange()).json;
    const fields = { grant_type: "refresh_token", refresh_token: refresh };
    const scope = "repository:app:pull,delete";

    const { access_token: access } = (await form("/oauth2/token", { ...fields, scope })).json;
    stage.registry.configure({ rights: {} });

    expect(claimsOf(access).access).toEqual([
      { type: "repository", name: "app", actions: ["pull"] },
    ]);
  });
});

describe("other ways in", () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

  it("is the admin user, on the API itself", async () => {
    expect((await ask(tags, basic("u:p"))).status).toBe(200);
    expect((await ask(tags, basic("u:wrong"))).status).toBe(401);
  });

  it("is a refresh token as password of the zero user", async () => {
    const { refresh_token: refresh = "" } = (await exchange()).json;
    const login = basic(`00000000-0000-0000-0000-000000000000:${refresh}`);

    const path = "/oauth2/token?service=s&scope=repository:app:pull";
    const { access_token: access } = (await (await ask(path, login)).json()) as {
      access_token: string;
    };

    expect((await ask("/v2/app/manifests/v1", `Bearer ${access}`)).status).toBe(200);
  });

  it("is nobody: may pull, may not delete; nothing when anonymous pull is off", async () => {
    expect((await askAcr(stage, "GET", "/v2/app/manifests/v1")).status).toBe(200);
    expect((await askAcr(stage, "DELETE", `${tags}/v1`)).status).toBe(401);

    stage.registry.configure({ anonymousPull: false });

    expect((await askAcr(stage, "GET", "/v2/app/manifests/v1")).status).toBe(401);
    stage.registry.configure({ anonymousPull: true });
  });
});

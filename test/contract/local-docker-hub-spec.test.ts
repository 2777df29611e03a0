import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { totp } from "../local/docker-hub/totp.ts";
import { hubWorld } from "./local-docker-hub-wire.ts";

const file = fileURLToPath(
  new URL("../../../shared/specs/dockerhub/hub-api-access-tokens-newest.yaml", import.meta.url),
);
const absent = !existsSync(file);
const why = absent ? " (skipped: the OpenAPI excerpt is not beside the repository)" : "";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** OpenAPI 3.0 to JSON Schema: `nullable`, and fields whose own example is null (`next`, `previous`) may be null. */
function converted(node: Json): Json {
  if (Array.isArray(node)) return node.map(converted);
  if (node === null || typeof node !== "object") return node;
  const { nullable, example, ...rest } = node;
  const schema = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, converted(value)]),
  );
  const mayBeNull = nullable === true || example === null;
  return mayBeNull && typeof schema["type"] === "string"
    ? { ...schema, type: [schema["type"], "null"] }
    : schema;
}

/** A validator for `#/components/schemas/{name}`; messages of what is wrong, [] when nothing is. */
function checker() {
  const { components } = parse(readFileSync(file, "utf8"), { merge: true }) as {
    components: { schemas: Json };
  };
  const ajv = addFormats.default(new Ajv({ allErrors: true, strict: false }));
  ajv.addSchema({ $id: "hub", components: { schemas: converted(components.schemas) } } as object);
  return (name: string, value: unknown): readonly string[] => {
    const validate = ajv.getSchema(`hub#/components/schemas/${name}`);
    if (!validate) throw new Error(`the excerpt has no schema ${name}`);
    const fits = validate(value) === true;
    return (fits ? [] : (validate.errors ?? [])).map((one) => `${one.instancePath} ${one.message}`);
  };
}

describe.skipIf(absent)(`requests and answers against Docker's OpenAPI${why}`, () => {
  let world: Awaited<ReturnType<typeof hubWorld>>;
  let check: ReturnType<typeof checker>;
  let session: string;
  beforeAll(async () => {
    check = checker();
    world = await hubWorld();
    world.hub.addAccount({
      username: "careful",
      password: "pass",
      twoFactorSeed: "JBSWY3DPEHPK3PXP",
    });
    world.hub.addOrganization({ name: "acme", owners: ["robot"], plan: "business" });
    session = await world.signIn("robot", "pass word");
  });
  afterAll(() => world.close());

  /** Says it, checks both sides, and gives the answer back. */
  const exchange = async (
    line: string,
    body: unknown,
    schemas: { request?: string; answer?: string },
    bearer = session,
  ) => {
    const [method = "", path = ""] = line.split(" ");
    const reply = await world.say(method, path, body, bearer);
    const found = {
      request: schemas.request ? check(schemas.request, body) : [],
      answer: schemas.answer ? check(schemas.answer, reply.json) : [],
    };
    expect(found).toEqual({ request: [], answer: [] });
    return reply;
  };

  it("the checker itself finds faults", () => {
    expect(check("accessToken", { uuid: 1 })).toEqual(["/uuid must be string"]);
    expect(check("accessToken", { last_used: null, expires_at: "soon" })).toEqual([
      '/expires_at must match format "date-time"',
    ]);
    expect(check("createAccessTokenRequest", {})).toHaveLength(2);
  });

  it("logins", async () => {
    const request = "UsersLoginRequest";
    const good = { username: "robot", password: "pass word" };
    const bad = { username: "robot", password: "no" };
    await exchange("POST /v2/users/login", good, {
      request,
      answer: "PostUsersLoginSuccessResponse",
    });
    await exchange("POST /v2/users/login", bad, { request, answer: "PostUsersLoginErrorResponse" });
    const careful = { username: "careful", password: "pass" };
    const half = await exchange("POST /v2/users/login", careful, {
      request,
      answer: "PostUsersLoginErrorResponse",
    });
    const second = (code: string, answer: string) =>
      exchange(
        "POST /v2/users/2fa-login",
        { login_2fa_token: half.text("login_2fa_token"), code },
        { request: "Users2FALoginRequest", answer },
      );
    const right = await second(
      totp("JBSWY3DPEHPK3PXP", world.clock.now()),
      "PostUsersLoginSuccessResponse",
    );
    const wrong = await second("x", "PostUsers2FALoginErrorResponse");
    const token = await exchange(
      "POST /v2/auth/token",
      { identifier: "robot", secret: "pass word" },
      { answer: "AuthCreateTokenResponse" },
    );
    const refused = await exchange(
      "POST /v2/auth/token",
      { identifier: "robot", secret: "no" },
      { answer: "error" },
    );

    expect([half.status, right.status, wrong.status, token.status, refused.status]).toEqual([
      401, 200, 401, 200, 401,
    ]);
  });

  it("personal access tokens", async () => {
    const path = "/v2/access-tokens";
    const wish = { token_label: "a", scopes: ["repo:read"], expires_at: "2027-01-01T00:00:00Z" };
    const made = await exchange(`POST ${path}`, wish, {
      request: "createAccessTokenRequest",
      answer: "createAccessTokensResponse",
    });
    await exchange(
      `POST ${path}`,
      { token_label: "b", scopes: ["repo:admin"] },
      { answer: "createAccessTokensResponse" },
    );
    const bad = await exchange(`POST ${path}`, {}, { answer: "ValueError" });
    await exchange(`GET ${path}?page_size=1`, undefined, { answer: "getAccessTokensResponse" });
    const one = `${path}/${made.text("uuid")}`;
    await exchange(`GET ${one}`, undefined, { answer: "accessToken" });
    await exchange(
      `PATCH ${one}`,
      { is_active: false },
      {
        request: "patchAccessTokenRequest",
        answer: "patchAccessTokenResponse",
      },
    );
    const gone = await exchange(`DELETE ${one}`, undefined, {});
    const unknown = await exchange(`GET ${one}`, undefined, { answer: "Error" });
    const nobody = await exchange(`GET ${path}`, undefined, { answer: "Error" }, "none");

    expect([made, bad, gone, unknown, nobody].map(({ status }) => status)).toEqual([
      201, 400, 204, 404, 401,
    ]);
  });

  it("organization access tokens", async () => {
    const path = "/v2/orgs/acme/access-tokens";
    const resources = [{ type: "TYPE_REPO", path: "acme/app", scopes: ["repo-pull"] }];
    const wish = { label: "a", description: "", resources, expires_at: null };
    const made = await exchange(`POST ${path}`, wish, {
      request: "createOrgAccessTokenRequest",
      answer: "createOrgAccessTokenResponse",
    });
    await exchange(`GET ${path}`, undefined, { answer: "getOrgAccessTokensResponse" });
    const one = `${path}/${made.text("id")}`;
    await exchange(`GET ${one}`, undefined, { answer: "orgAccessToken" });
    await exchange(
      `PATCH ${one}`,
      { is_active: false },
      {
        request: "updateOrgAccessTokenRequest",
        answer: "orgAccessToken",
      },
    );
    const gone = await exchange(`DELETE ${one}`, undefined, {});
    const unknown = await exchange(`GET ${one}`, undefined, { answer: "Error" });
    const strange = await exchange("GET /v2/orgs/none/access-tokens", undefined, {
      answer: "Error",
    });

    expect([made, gone, unknown, strange].map(({ status }) => status)).toEqual([
      201, 204, 404, 404,
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { secret } from "../../src/domain/secret.ts";
import type { Answer } from "../local/service.ts";
import { jwt, scriptedHub, uuid } from "./hub-script.ts";

/* What sessions say of themselves, and what refusals of a login mean. */

const hub = scriptedHub();
const exp = Date.parse("2026-11-21T12:09:59Z") / 1000;
const claim = (source?: string, username: unknown = "Larry") => ({
  exp,
  scope: "repo:read repo:public_read",
  "https://hub.docker.com": { username, source, uuid: "0a000000-0000-4000-8000-000000000001" },
});
const answers = (token: string) => (): Answer => ({ status: 200, body: { access_token: token } });
const identify = (token: string, password: string) =>
  hub.script(answers(token)).logins.identify("larry", secret(password));
const signIn = (token: string) =>
  hub.script(answers(token)).logins.signIn("larry", secret("correct horse"), undefined);

describe("identify", () => {
  it.each([
    [`docker_pat|${uuid}`, "personal", uuid],
    ["docker_pat|not-a-uuid", "personal", undefined],
    ["docker_pat", "personal", undefined],
    [`docker_oat|${uuid}`, "organization", uuid],
    ["docker_password", "password", undefined],
    [undefined, "password", undefined],
  ])("reads the source %j of a session", async (source, kind, found) => {
    expect(await identify(jwt(claim(source)), "correct horse")).toEqual({
      kind,
      uuid: found,
      username: "Larry",
      scopes: ["repo:read", "repo:public_read"],
    });
  });

  it("does without a name and scopes", async () => {
    const { exp: _, scope: __, ...rest } = claim(`docker_pat|${uuid}`, 7);

    expect(await identify(jwt(rest), "dckr_pat_x")).toEqual({
      kind: "personal",
      uuid,
      username: undefined,
      scopes: [],
    });
  });

  it.each([
    ["no JWT", "opaque", "p"],
    ["a JWT of two parts", "eyJh.eyJi", "p"],
    ["a payload that is no JSON", "eyJh.bm9uc2Vuc2U.c2ln", "p"],
    ["a payload that is no object", `eyJh.${btoa("[1]").replaceAll("=", "")}.c2ln`, "p"],
    ["no word of the account", jwt({ exp }), "p"],
    ["an account of another shape", jwt({ exp, "https://hub.docker.com": "larry" }), "p"],
    ["a token's session that names no token", jwt(claim()), "dckr_pat_x"],
    ["a token's session called a password's", jwt(claim("docker_password")), "dckr_oat_x"],
    ["a line break", `${jwt(claim())}\r\nX-Evil: 1`, "p"],
  ])("calls it neither good nor bad when it answers with %s", async (_, token, password) => {
    await expect(identify(token, password)).rejects.toMatchObject({
      reason: "unavailable",
      problem: { message: expect.stringContaining("nothing that can be read") },
    });
  });

  it.each([400, 403, 404, 451])("does not take %i for a refusal of the login", async (status) => {
    const { logins } = hub.script(() => ({ status, body: { message: "no" } }));

    await expect(logins.identify("larry", secret("p"))).rejects.toMatchObject({
      reason: "unavailable",
      problem: { message: `hub.docker.com answered ${status} to the login.` },
    });
  });
});

describe("no password at all", () => {
  it("is refused without asking, as Docker Hub would call it a bad request", async () => {
    const { logins } = hub.script(() => ({ status: 400 }));

    expect(await logins.identify("larry", secret(""))).toBeUndefined();
    expect((await logins.signIn("larry", secret(""), undefined)).kind).toBe("passwordRefused");
    expect(hub.net().seen).toEqual([]);
  });
});

describe("signIn", () => {
  it("lasts as long as the session says", async () => {
    const token = jwt(claim("docker_password"));

    expect(await signIn(token)).toMatchObject({
      kind: "session",
      session: { until: "2026-11-21T12:09:59.000Z" },
    });
  });

  it.each([
    ["nothing", { ...claim(), exp: undefined }],
    ["a word", { ...claim(), exp: "soon" }],
    ["beyond the calendar", { ...claim(), exp: 1e15 }],
    ["nothing at all", {}],
  ])("lasts ten minutes when the session says %s", async (_, claims) => {
    expect(await signIn(jwt(claims))).toMatchObject({
      session: { until: "2026-11-21T12:10:00.000Z" },
    });
  });

  it.each([`docker_pat|${uuid}`, `docker_oat|${uuid}`])(
    "does not count a session made from %s",
    async (source) => {
      expect(await signIn(jwt(claim(source)))).toEqual({
        kind: "passwordRefused",
        message: expect.stringContaining('"larry" holds an access token'),
      });
    },
  );

  it("reads no session from what is no JWT", async () => {
    await expect(signIn("opaque")).rejects.toMatchObject({ reason: "unavailable" });
  });

  it.each([403, 404, 410])(
    "does not take %i of the older route for a refusal of the password",
    async (status) => {
      const { logins } = hub.script(({ path }) => ({
        status: path === "/v2/auth/token" ? 401 : status,
      }));

      await expect(logins.signIn("larry", secret("p"), undefined)).rejects.toMatchObject({
        reason: "unavailable",
        problem: { message: `hub.docker.com answered ${status} to the login.` },
      });
    },
  );
});

import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { totp } from "../local/docker-hub/totp.ts";
import { hubWorld } from "./local-docker-hub-wire.ts";

let world: Awaited<ReturnType<typeof hubWorld>>;
beforeEach(async () => {
  world = await hubWorld();
});
afterEach(() => world.close());

const seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const login = (username: string, password: string) =>
  world.say("POST", "/v2/users/login", { username, password });

describe("POST /v2/auth/token", () => {
  it("turns a password into a session of ten minutes that may manage tokens", async () => {
    const session = await world.signIn("robot", "pass word");
    const list = () => world.say("GET", "/v2/access-tokens", undefined, session);
    const before = await list();
    world.clock.advance(601);

    expect(before.status).toBe(200);
    expect(await list()).toMatchObject({
      status: 401,
      json: { message: "unauthorized", errinfo: {} },
    });
  });

  it("names the token in the claims of a token's session", async () => {
    const { uuid, token } = world.hub.createToken("robot", { label: "x", scopes: ["repo:read"] });
    const claims = decodeJwt(await world.signIn("robot", token));

    expect(claims).toMatchObject({
      aud: "https://hub.docker.com",
      iss: "https://api.docker.com/",
      scope: "repo:read",
      "https://hub.docker.com": {
        source: `docker_pat|${uuid}`,
        username: "robot",
        uuid: world.accountId,
      },
    });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(600);
  });

  it("takes a good token under any user name and names its owner", async () => {
    const { token } = world.hub.createToken("robot", { label: "x" });
    const claims = decodeJwt(await world.signIn("nobody-at-all", token));

    expect(claims["https://hub.docker.com"]).toMatchObject({ username: "robot" });
  });

  it("refuses wrong passwords, unknown names, single sign-on, and a password without its second factor", async () => {
    world.hub.addAccount({ username: "sso", password: "pass", sso: true });
    world.hub.addAccount({ username: "careful", password: "pass", twoFactorSeed: seed });
    const refused = [
      await world.signIn("robot", "other"),
      await world.signIn("nobody", "pass word"),
      await world.signIn("sso", "pass"),
      await world.signIn("careful", "pass"),
    ];
    world.hub.knobs.passwordDespiteTwoFactor = true;

    expect(refused).toEqual(["", "", "", ""]);
    expect(await world.signIn("careful", "pass")).not.toBe("");
  });

  it("refuses expired, inactive and too new tokens", async () => {
    const expiresAt = new Date(world.clock.now() + 30_000).toISOString();
    const short = world.hub.createToken("robot", { label: "short", expiresAt });
    const off = world.hub.createToken("robot", { label: "off" });
    const session = await world.signIn("robot", "pass word");
    await world.say("PATCH", `/v2/access-tokens/${off.uuid}`, { is_active: false }, session);
    world.hub.knobs.newTokenDelay = 20;
    const early = await world.signIn("robot", short.token);
    world.clock.advance(21);
    const ripe = await world.signIn("robot", short.token);
    world.clock.advance(10);

    expect([early === "", ripe === ""]).toEqual([true, false]);
    expect(await world.signIn("robot", short.token)).toBe("");
    expect(await world.signIn("robot", off.token)).toBe("");
  });
});

describe("a token that the registry refuses", () => {
  it("signs in here, and is refused there with no use of it, until it is taken off the list", async () => {
    const { uuid, token } = world.hub.createToken("robot", { label: "x" });
    world.hub.knobs.registryRefuses = [uuid];
    const refused = world.hub.login("robot", token);
    const used = world.hub.state().tokens[0]?.last_used;

    expect([refused, used]).toEqual([undefined, null]);
    expect(await world.signIn("robot", token)).not.toBe("");
    world.hub.knobs.registryRefuses = [];
    expect(world.hub.login("robot", token)?.accountId).toBe(world.accountId);
  });
});

describe("POST /v2/users/login and 2fa-login", () => {
  it("gives a token for a password, and says what is wrong otherwise", async () => {
    const { text } = await login("robot", "pass word");

    expect((await world.say("GET", "/v2/access-tokens", undefined, text("token"))).status).toBe(
      200,
    );
    expect(await login("robot", "other")).toMatchObject({
      status: 401,
      json: { detail: "Incorrect authentication credentials" },
    });
    expect((await world.say("POST", "/v2/users/login", { username: "robot" })).status).toBe(400);
  });

  it("asks for the second factor, takes its code now or a step away, and no other", async () => {
    world.hub.addAccount({ username: "careful", password: "pass", twoFactorSeed: seed });
    const { status, json, text } = await login("careful", "pass");
    const half = text("login_2fa_token");
    const second = async (code: string) =>
      (await world.say("POST", "/v2/users/2fa-login", { login_2fa_token: half, code })).status;
    const now = world.clock.now();

    expect([status, json["detail"]]).toEqual([
      401,
      "Require secondary authentication on MFA enabled account",
    ]);
    expect(await second(totp(seed, now))).toBe(200);
    expect(await second(totp(seed, now - 30_000))).toBe(200);
    expect(await second(totp(seed, now - 300_000))).toBe(401);
    expect(await second("123")).toBe(401);
    expect((await world.say("GET", "/v2/access-tokens", undefined, half)).status).toBe(401);
    world.clock.advance(301);
    expect(await second(totp(seed, world.clock.now()))).toBe(401);
  });

  it("lets a token in without the second factor", async () => {
    world.hub.addAccount({ username: "careful", password: "pass", twoFactorSeed: seed });
    const { token } = world.hub.createToken("careful", { label: "x" });

    expect((await login("careful", token)).status).toBe(200);
  });

  it.each([
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_234_567_890, "005924"],
    [2_000_000_000, "279037"],
  ])("computes RFC 6238's code at %i seconds", (seconds, code) => {
    expect(totp(seed, seconds * 1000)).toBe(code);
  });
});

describe("the API's own limit", () => {
  it("is told in every answer and refuses with a UNIX time once used up", async () => {
    world.hub.knobs.requestsPerMinute = 2;
    const first = await login("robot", "other");
    await login("robot", "other");
    const third = await login("robot", "other");
    world.clock.advance(61);

    expect([first.headers["x-ratelimit-limit"], first.headers["x-ratelimit-remaining"]]).toEqual([
      "2",
      "1",
    ]);
    expect(third.status).toBe(429);
    expect(third.json).toEqual({ detail: "Rate limit exceeded", error: false });
    expect(
      Number(third.headers["x-retry-after"]) - Date.parse("2026-11-21T12:00:00Z") / 1000,
    ).toBeCloseTo(60, -1);
    expect((await login("robot", "other")).status).toBe(401);
  });

  it.each([
    ["rate-limited", 429],
    ["login-refused", 401],
    ["503", 503],
  ])("fault %s answers a good login with %i", async (kind, status) => {
    world.faults.add({ where: "docker-hub", kind, times: 1 });

    expect((await login("robot", "pass word")).status).toBe(status);
    expect((await login("robot", "pass word")).status).toBe(200);
  });
});

import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic, bearerFrom, everyType, upstreamWorld } from "./local-upstream-wire.ts";

let world: Awaited<ReturnType<typeof upstreamWorld>>;
beforeAll(async () => {
  world = await upstreamWorld();
});
afterAll(() => world.close());

const nginx = "https://registry-1.docker.io/v2/library/nginx/manifests/latest";
const door = "https://auth.docker.io/token?service=registry.docker.io";
const head = (headers: Record<string, string>, url = nginx) =>
  world.ask("HEAD", url, { headers: { accept: everyType, ...headers } });

describe("Docker Hub's registry tokens", () => {
  it("answers token, access_token, expires_in and issued_at; the claims grant what was asked", async () => {
    const reply = await world.ask("GET", `${door}&scope=repository:library/nginx:pull,push`);
    const body = JSON.parse(reply.body.toString());
    const claims = decodeJwt(body.token);

    expect(body).toEqual({
      token: expect.any(String),
      access_token: body.token,
      expires_in: 300,
      issued_at: expect.stringMatching(/^2026-11-21T12:00:/),
    });
    expect(claims["access"]).toEqual([
      { type: "repository", name: "library/nginx", actions: ["pull"] },
    ]);
    expect(claims.iss).toBe("auth.docker.io");
    expect(claims.sub).toBe("");
    expect(claims.jti).toMatch(/^dckr_jti_/);
    expect(Number(claims.iat) - Number(claims.nbf)).toBe(300);
    expect(Number(claims.exp) - Number(claims.iat)).toBe(300);
  });

  it("grants the intersection of several scopes without an error", async () => {
    const scopes = "&scope=repository:library/nginx:pull&scope=repository:acme/private-app:pull";
    const headers = await bearerFrom(world.ask, `${door}${scopes}`);

    expect((await head(headers)).status).toBe(200);
    const other = "https://registry-1.docker.io/v2/acme/private-app/manifests/latest";
    expect((await head(headers, other)).status).toBe(401);
  });

  it.each([
    ["for another repository", `${door}&scope=repository:library/redis:pull`, "insufficient_scope"],
    [
      "for another service",
      "https://auth.docker.io/token?service=registry-1.docker.io&scope=repository:library/nginx:pull",
      "invalid_token",
    ],
  ])("refuses a token %s", async (_what, url, error) => {
    const reply = await head(await bearerFrom(world.ask, url));

    expect(reply.status).toBe(401);
    expect(reply.headers["www-authenticate"]).toContain(`error="${error}"`);
  });

  it("refuses a forged token and one that has expired", async () => {
    const good = await bearerFrom(world.ask, `${door}&scope=repository:library/nginx:pull`);
    const forged = { authorization: `${good["authorization"]}x` };
    const before = [(await head(good)).status, (await head(forged)).status];
    world.clock.advance(301);
    const after = await head(good);

    expect(before).toEqual([200, 401]);
    expect(after.status).toBe(401);
    expect(after.headers["www-authenticate"]).toContain('error="invalid_token"');
  });
});

describe("logins with Docker Hub tokens", () => {
  const scope = "&scope=repository:acme/private-app:pull";
  const login = async (username: string, secret: string) =>
    (
      await world.ask("GET", `${door}${scope}`, {
        headers: { authorization: basic(`${username}:${secret}`) },
      })
    ).status;

  it("opens private repositories with repo:read and not with repo:public_read", async () => {
    world.hub.addAccount({ username: "reader", password: "pass" });
    const read = world.hub.createToken("reader", { label: "a", scopes: ["repo:read"] });
    const open = world.hub.createToken("reader", { label: "b", scopes: ["repo:public_read"] });
    const url = "https://registry-1.docker.io/v2/acme/private-app/manifests/latest";
    const withToken = async (secret: string) =>
      (await head(await bearerFrom(world.ask, `${door}${scope}`, `reader:${secret}`), url)).status;

    expect(await withToken(read.token)).toBe(200);
    expect(await withToken(open.token)).toBe(401);
  });

  it("refuses wrong passwords, wrong names, expired tokens, and passwords behind a second factor", async () => {
    world.hub.addAccount({ username: "plain", password: "pass" });
    world.hub.addAccount({
      username: "careful",
      password: "pass",
      twoFactorSeed: "JBSWY3DPEHPK3PXP",
    });
    const expiresAt = new Date(world.clock.now() + 60_000).toISOString();
    const { token } = world.hub.createToken("plain", { label: "short", expiresAt });
    const answers = [
      await login("plain", "pass"),
      await login("plain", token),
      await login("someone-else", token),
      await login("plain", "other"),
      await login("careful", "pass"),
    ];
    world.clock.advance(61);

    expect(answers).toEqual([200, 200, 401, 401, 401]);
    expect(await login("plain", token)).toBe(401);
  });
});

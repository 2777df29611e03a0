import { describe, expect, it } from "vitest";
import { secret } from "../../src/domain/secret.ts";
import { hubOnTheWire, oneHubOnTheWire, sessionOf } from "./hub-worlds.ts";

/* The adapter over the stand-in's Docker Hub: what only a wire has. */

const hub = oneHubOnTheWire();
const seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const robot = () => sessionOf(hub().logins, "robot", "pass word");
const wish = {
  label: "lost",
  scope: "repo:read",
  expiresAt: "2027-02-01T00:00:00.000Z",
} as const;
const requests = () => hub().world.log.counts()["docker-hub"] ?? {};

describe("docker hub over the wire", () => {
  it.each([-7200, 0, 7200])(
    "computes codes by Docker Hub's clock, ours being %i s behind",
    async (seconds) => {
      const { world, logins } = await hubOnTheWire({ seconds });
      world.hub.addAccount({ username: "careful", password: "pass", twoFactorSeed: seed });

      const opened = await logins.signIn("careful", secret("pass"), secret(seed));
      await world.close();

      expect(opened.kind).toBe("session");
    },
  );

  it.each([
    ["a UNIX time", { kind: "rate-limited" }, { least: 1, most: 61 }],
    ["seconds", { kind: "429", retryAfter: 7 }, { least: 7, most: 7 }],
  ])("waits as a 429 asks with %s", async (_, fault, { least, most }) => {
    const session = await robot();
    const acts = [
      () => hub().logins.signIn("robot", secret("pass word"), undefined),
      () => hub().logins.signIn("robot", secret("pass word"), secret(seed)),
      () => hub().logins.identify("robot", secret("pass word")),
      () => hub().accessTokens.list(session),
      () => hub().accessTokens.create(session, wish),
    ];

    for (const act of acts) {
      hub().world.faults.add({ where: "docker-hub", times: 1, ...fault });
      const error = await act().catch((thrown: unknown) => thrown);

      expect(error).toMatchObject({
        reason: "unavailable",
        problem: { code: "DockerHubUnavailable" },
      });
      const { retryAfterSeconds } = error as { retryAfterSeconds: number };
      expect(retryAfterSeconds).toBeGreaterThanOrEqual(least);
      expect(retryAfterSeconds).toBeLessThanOrEqual(most);
    }
  });

  it.each([202, 204] as const)("takes a deletion that is answered %i", async (deleteStatus) => {
    const { world, accessTokens } = hub();
    const session = await robot();
    world.hub.knobs.deleteStatus = deleteStatus;
    const { uuid } = world.hub.createToken("robot", { label: "a" });

    await accessTokens.remove(session, uuid);

    expect((await accessTokens.list(session)).map((one) => one.uuid)).not.toContain(uuid);
  });

  it.each([
    ["lose", 1],
    ["drop", 0],
    ["503", 0],
  ])("sends the wish for a token once, whatever happens: %s", async (kind, made) => {
    const { world, accessTokens } = hub();
    const session = await robot();
    const label = `fault ${kind}`;
    world.faults.add({ where: "docker-hub", kind, match: "^POST /v2/access-tokens", times: 1 });

    await expect(accessTokens.create(session, { ...wish, label })).rejects.toMatchObject({
      reason: "unavailable",
    });

    const tokens = await accessTokens.list(session);
    expect(tokens.filter((one) => one.label === label)).toHaveLength(made);
  });

  it("does what it was asked though the answer is lost, and can be asked again", async () => {
    const { world, accessTokens } = hub();
    const session = await robot();
    const { uuid } = world.hub.createToken("robot", { label: "a" });
    const lose = () => world.faults.add({ where: "docker-hub", kind: "lose", times: 1 });
    const active = async () =>
      (await accessTokens.list(session)).find((one) => one.uuid === uuid)?.active;

    lose();
    await expect(accessTokens.setActive(session, uuid, false)).rejects.toMatchObject({
      reason: "unavailable",
    });
    const disabled = await active();
    await accessTokens.setActive(session, uuid, false);
    lose();
    await expect(accessTokens.remove(session, uuid)).rejects.toMatchObject({
      reason: "unavailable",
    });
    await accessTokens.remove(session, uuid);

    expect([disabled, await active()]).toEqual([false, undefined]);
  });

  it("lacks the right with a session that was made from a token, and says so in Docker's words", async () => {
    const { world, accessTokens } = hub();
    const { token } = world.hub.createToken("robot", { label: "a", scopes: ["repo:admin"] });
    const bearer = secret(await world.signIn("robot", token));

    await expect(
      accessTokens.list({ bearer, until: "2026-11-21T12:10:00.000Z" }),
    ).rejects.toMatchObject({
      reason: "lacksRight",
      problem: {
        message: expect.stringContaining("token issued from personal access token is not allowed."),
      },
    });
  });

  it("signs in by the older route when the present one alone refuses", async () => {
    const { world, logins } = hub();
    world.faults.add({ where: "docker-hub", kind: "login-refused", times: 1 });

    expect((await logins.signIn("robot", secret("pass word"), undefined)).kind).toBe("session");
  });

  it("moves no token's last use when a token stands in the password's place", async () => {
    const { world, logins } = hub();
    const { uuid, token } = world.hub.createToken("robot", { label: "a" });
    const before = requests();

    await logins.signIn("robot", secret(token), undefined);

    expect(world.hub.state().tokens.find((one) => one.uuid === uuid)?.last_used).toBeNull();
    expect(requests()).toEqual(before);
  });
});

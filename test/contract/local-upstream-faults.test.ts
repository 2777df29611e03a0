import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bearerFrom, everyType, upstreamWorld } from "./local-upstream-wire.ts";

let world: Awaited<ReturnType<typeof upstreamWorld>>;
beforeEach(async () => {
  world = await upstreamWorld();
});
afterEach(() => world.close());

const door =
  "https://auth.docker.io/token?service=registry.docker.io&scope=repository:team/app:pull";
const url = "https://registry-1.docker.io/v2/team/app/manifests/latest";
const accept = { accept: everyType };
const challengeOf = async () => String((await world.ask("GET", url)).headers["www-authenticate"]);

describe("faults of a challenge", () => {
  it.each([
    ["hostile-realm", /^Bearer realm="http:\/\/169\.254\.169\.254\/token",service=/],
    ["relative-realm", /^Bearer realm="\/token",service=/],
    ["two-challenges", /scope="repository:team\/app:pull",Basic realm="docker\.io"$/],
  ])("%s", async (kind, expected) => {
    world.faults.add({ where: "docker.io", kind });

    expect(await challengeOf()).toMatch(expected);
  });

  it("a relative realm leads to a token that works", async () => {
    const at =
      "https://registry-1.docker.io/token?service=registry.docker.io&scope=repository:team/app:pull";
    const headers = { ...accept, ...(await bearerFrom(world.ask, at)) };

    expect((await world.ask("HEAD", url, { headers })).status).toBe(200);
  });
});

describe("faults of tokens", () => {
  it("invalid-token-once refuses a good token the given number of times", async () => {
    world.faults.add({ where: "upstream", kind: "invalid-token-once", times: 1 });
    const headers = { ...accept, ...(await bearerFrom(world.ask, door)) };
    const [first, second] = [
      await world.ask("HEAD", url, { headers }),
      await world.ask("HEAD", url, { headers }),
    ];

    expect([first.status, second.status]).toEqual([401, 200]);
    expect(first.headers["www-authenticate"]).toContain('error="invalid_token"');
  });

  it("no-expires-in", async () => {
    world.faults.add({ where: "auth.docker.io", kind: "no-expires-in" });
    const body = JSON.parse((await world.ask("GET", door)).body.toString());

    expect(Object.keys(body)).toEqual(["token", "access_token"]);
  });

  it("short-token", async () => {
    world.faults.add({ where: "auth.docker.io", kind: "short-token" });
    const headers = { ...accept, ...(await bearerFrom(world.ask, door)) };
    const before = (await world.ask("HEAD", url, { headers })).status;
    world.clock.advance(11);

    expect([before, (await world.ask("HEAD", url, { headers })).status]).toEqual([200, 401]);
  });

  it("login-refused", async () => {
    world.hub.addAccount({ username: "one", password: "pass" });
    const headers = { authorization: `Basic ${Buffer.from("one:pass").toString("base64")}` };
    const before = await world.ask("GET", door, { headers });
    world.faults.add({ where: "auth.docker.io", kind: "login-refused" });

    expect([before.status, (await world.ask("GET", door, { headers })).status]).toEqual([200, 401]);
  });
});

describe("faults of manifests", () => {
  const manifest = async (method: string, reference = "latest") => {
    const headers = { ...accept, ...(await bearerFrom(world.ask, door)) };
    return world.ask(method, url.replace("latest", reference), { headers });
  };

  it("no-digest-header takes the digest and the ETag away", async () => {
    world.faults.add({ where: "docker.io", kind: "no-digest-header" });
    const { status, headers } = await manifest("HEAD");

    expect(status).toBe(200);
    expect([headers["docker-content-digest"], headers.etag]).toEqual([undefined, undefined]);
  });

  it("wrong-digest-header names other bytes", async () => {
    const right = (await manifest("HEAD")).headers["docker-content-digest"];
    world.faults.add({ where: "docker.io", kind: "wrong-digest-header", times: 1 });
    const wrong = (await manifest("HEAD")).headers["docker-content-digest"];

    expect(wrong).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(wrong).not.toBe(right);
  });

  it("tag-gone hides the tag, not the digest", async () => {
    const digest = String((await manifest("HEAD")).headers["docker-content-digest"]);
    world.faults.add({ where: "docker.io", kind: "tag-gone" });

    expect([(await manifest("HEAD")).status, (await manifest("HEAD", digest)).status]).toEqual([
      404, 200,
    ]);
  });

  it("refuse-head", async () => {
    world.faults.add({ where: "docker.io", kind: "refuse-head" });

    expect([(await manifest("HEAD")).status, (await manifest("GET")).status]).toEqual([405, 200]);
  });

  it("hostile-redirect", async () => {
    world.faults.add({ where: "docker.io", kind: "hostile-redirect" });

    expect((await manifest("HEAD")).headers.location).toBe("http://169.254.169.254/v2/");
  });

  it("lagging-region knows the tag but not yet its digest", async () => {
    const at = "https://europe-west1-docker.pkg.dev/v2/k8s-artifacts-prod/images/pause/manifests/";
    const head = async (reference: string) =>
      world.ask("HEAD", `${at}${reference}`, { headers: accept });
    const digest = String((await head("latest")).headers["docker-content-digest"]);
    world.faults.add({ where: "upstream", kind: "lagging-region" });

    expect([(await head("latest")).status, (await head(digest)).status]).toEqual([200, 404]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bearerFrom, everyType, upstreamWorld } from "./local-upstream-wire.ts";

let world: Awaited<ReturnType<typeof upstreamWorld>>;
beforeEach(async () => {
  world = await upstreamWorld();
});
afterEach(() => world.close());

const door =
  "https://auth.docker.io/token?service=registry.docker.io&scope=repository:library/nginx:pull";
const url = "https://registry-1.docker.io/v2/library/nginx/manifests/latest";

const caller = async (login?: string, address = "192.0.2.1") => {
  const token = await bearerFrom(world.ask, door, login);
  return (method: string, at = url) =>
    world.ask(method, at, {
      headers: { accept: everyType, "x-forwarded-for": address, ...token },
    });
};
const limitsIn = (headers: Record<string, unknown>) =>
  ["ratelimit-limit", "ratelimit-remaining", "docker-ratelimit-source"].map(
    (name) => headers[name],
  );

describe("Docker Hub's pull limits", () => {
  it("shows 100 in 6 hours to an address, and a HEAD costs nothing", async () => {
    const ask = await caller();
    await ask("HEAD");
    const head = await ask("HEAD");
    await ask("GET");
    const after = await ask("HEAD");

    expect(limitsIn(head.headers)).toEqual(["100;w=21600", "100;w=21600", "192.0.2.1"]);
    expect(limitsIn(after.headers)).toEqual(["100;w=21600", "99;w=21600", "192.0.2.1"]);
  });

  it("counts by account for Personal, shows its id, and has no limit for paid plans", async () => {
    const personal = world.hub.addAccount({ username: "one", password: "pass" });
    const paid = world.hub.addAccount({ username: "two", password: "pass", plan: "paid" });
    const replies = [
      await (await caller("one:pass"))("GET"),
      await (await caller("two:pass"))("GET"),
    ];

    expect(replies.map(({ headers }) => limitsIn(headers))).toEqual([
      ["200;w=21600", "199;w=21600", personal],
      [undefined, undefined, paid],
    ]);
  });

  it("refuses the 101st GET by tag or digest while HEAD still answers, until the window ends", async () => {
    const ask = await caller();
    const digest = String((await ask("HEAD")).headers["docker-content-digest"]);
    for (let pull = 0; pull < 100; pull += 1)
      await ask("GET", pull % 2 ? url : url.replace("latest", digest));
    const refused = await ask("GET");
    const head = await ask("HEAD");
    const elsewhere = await (await caller(undefined, "192.0.2.2"))("GET");
    world.clock.advance(21_601);
    const later = await (await caller())("GET");

    expect(refused.status).toBe(429);
    expect(refused.headers["retry-after"]).toBeUndefined();
    expect(JSON.parse(refused.body.toString())).toEqual({
      errors: [
        {
          code: "TOOMANYREQUESTS",
          message:
            "You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit",
        },
      ],
    });
    expect([head.status, head.headers["ratelimit-remaining"]]).toEqual([200, "0;w=21600"]);
    expect([elsewhere.status, later.status]).toEqual([200, 200]);
  });

  it("counts an IPv6 address by its /64, and neither blobs, tags nor manifests that are not there", async () => {
    const ask = await caller(undefined, "2001:41d0:801:2000::17");
    await ask("GET", url.replace("latest", "nope"));
    await ask("GET", url.replace("manifests/latest", "tags/list"));

    expect(limitsIn((await ask("HEAD")).headers)).toEqual([
      "100;w=21600",
      "100;w=21600",
      "2001:41d0:801:2000::",
    ]);
  });

  it("has no limits elsewhere", async () => {
    const reply = await world.ask("GET", "https://mcr.microsoft.com/v2/a/manifests/latest");

    expect(limitsIn(reply.headers)).toEqual([undefined, undefined, undefined]);
  });
});

describe("429 on demand", () => {
  it.each([
    [undefined, "pull-limit", "You have reached your unauthenticated pull rate limit. "],
    ["one:pass", "pull-limit", "You have reached your pull rate limit as 'one': dckr_jti_"],
    [
      "one:pass",
      "pull-limit-documented",
      "You have reached your pull rate limit. You may increase",
    ],
  ])("says to %s at %s: %s…", async (login, kind, text) => {
    world.hub.addAccount({ username: "one", password: "pass" });
    const ask = await caller(login);
    world.faults.add({ where: "docker.io", kind });
    const [get, head] = [await ask("GET"), await ask("HEAD")];

    expect([get.status, head.status]).toEqual([429, 200]);
    expect(JSON.parse(get.body.toString()).errors[0].message).toContain(text);
    expect(head.headers["ratelimit-remaining"]).toBe("0;w=21600");
  });

  it("hap429 is plain text with Retry-After", async () => {
    world.faults.add({ where: "upstream", kind: "hap429" });
    const reply = await world.ask("HEAD", url);
    const body = (await world.ask("GET", url)).body.toString();

    expect(reply.status).toBe(429);
    expect(reply.headers["content-type"]).toBe("text/plain");
    expect(reply.headers["retry-after"]).toBe("60");
    expect(body).toBe("Too Many Requests (HAP429).\n");
  });

  it.each([
    ["ghcr.io", "application/json; charset=utf-8", "retry-after: 880.092µs, allowed: 44000/minute"],
    ["quay.io", "text/html", "<center>nginx</center>"],
    ["public.ecr.aws", "application/json; charset=utf-8", "Rate exceeded"],
    ["gcr.io", "application/json; charset=utf-8", "TOOMANYREQUESTS"],
  ])("%s throttles as %s", async (host, type, text) => {
    world.faults.add({ where: host, kind: "throttle", times: 1 });
    const reply = await world.ask("GET", `https://${host}/v2/a/b/manifests/latest`);

    expect(reply.status).toBe(429);
    expect(reply.headers["content-type"]).toBe(type);
    expect(reply.body.toString()).toContain(text);
    expect((await world.ask("GET", `https://${host}/v2/`)).status).toBe(401);
  });

  it.each([
    ["rate-headers-absent", [undefined, undefined, "192.0.2.1"]],
    ["rate-headers-malformed", [";w=21600", ";w=21600", "192.0.2.1"]],
  ])("%s", async (kind, expected) => {
    world.faults.add({ where: "upstream", kind });

    expect(limitsIn((await (await caller())("HEAD")).headers)).toEqual(expected);
  });
});

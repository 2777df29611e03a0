import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hubWorld } from "./local-docker-hub-wire.ts";

let world: Awaited<ReturnType<typeof hubWorld>>;
let session: string;
beforeEach(async () => {
  world = await hubWorld();
  session = await world.signIn("robot", "pass word");
});
afterEach(() => world.close());

const tokens = "/v2/access-tokens";
const wish = { token_label: "larder", scopes: ["repo:read"], expires_at: "2027-01-01T00:00:00Z" };
const create = (body: unknown = wish) => world.say("POST", tokens, body, session);
const uuidOf = async () => (await create()).text("uuid");

describe("creating and reading", () => {
  it("shows the token once", async () => {
    const made = await create();
    const uuid = made.text("uuid");
    const one = await world.say("GET", `${tokens}/${uuid}`, undefined, session);
    const list = await world.say("GET", tokens, undefined, session);

    expect(made.status).toBe(201);
    expect(made.json).toEqual({
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      client_id: "HUB",
      creator_ip: "127.0.0.1",
      creator_ua: "",
      created_at: expect.stringMatching(/^2026-11-21T12:00:0\d\.\d{6}Z$/),
      last_used: null,
      generated_by: "manual",
      is_active: true,
      token: expect.stringMatching(/^dckr_pat_[\w-]{27}$/),
      token_label: "larder",
      scopes: ["repo:read"],
      expires_at: "2027-01-01T00:00:00.000000Z",
    });
    expect(one.json).toEqual({ ...made.json, token: "" });
    expect(list.json).toEqual({
      count: 1,
      next: null,
      previous: null,
      active_count: 1,
      results: [{ ...made.json, token: "" }],
    });
    expect(JSON.stringify(world.hub.state())).not.toContain(made.text("token"));
  });

  it("has no expires_at for a token that never expires", async () => {
    expect((await create({ token_label: "x", scopes: ["repo:admin"] })).json).not.toHaveProperty(
      "expires_at",
    );
  });

  it.each([
    ["no label", { scopes: ["repo:read"] }, "token_label"],
    ["a label of 101 characters", { ...wish, token_label: "x".repeat(101) }, "token_label"],
    ["no scopes", { ...wish, scopes: [] }, "scopes"],
    ["an unknown scope", { ...wish, scopes: ["repo:everything"] }, "scopes.0"],
    ["an expiry in the past", { ...wish, expires_at: "2026-11-21T11:59:00Z" }, "expires_at"],
    ["an expiry that is no date", { ...wish, expires_at: "soon" }, "expires_at"],
    ["no JSON object", [], "body"],
  ])("refuses %s", async (_what, body, field) => {
    const { status, json } = await create(body);

    expect(status).toBe(400);
    expect(Object.keys(json["fields"] as object)).toEqual([field]);
    expect(json["text"]).toContain(field);
  });

  it("stops at maxTokens, inactive ones counted, and never makes room itself", async () => {
    world.hub.knobs.maxTokens = 1;
    const uuid = await uuidOf();
    await world.say("PATCH", `${tokens}/${uuid}`, { is_active: false }, session);

    expect((await create()).status).toBe(400);
    expect(world.hub.state().tokens.map((one) => one.uuid)).toEqual([uuid]);
  });

  it("keeps a token whose answer is lost", async () => {
    world.faults.add({
      where: "docker-hub",
      match: "POST /v2/access-tokens",
      kind: "lose",
      times: 1,
    });

    await expect(create()).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(world.hub.state().tokens.map(({ label }) => label)).toEqual(["larder"]);
  });

  it("pages with links, newest first, ten at a time", async () => {
    for (let index = 1; index <= 23; index += 1)
      world.hub.createToken("robot", { label: `t${index}` });
    const labels: string[] = [];
    const sizes: number[] = [];
    for (let next: string | null = `https://hub.docker.com${tokens}`; next; ) {
      const url: URL = new URL(next);
      const { json } = await world.say("GET", `${url.pathname}${url.search}`, undefined, session);
      const results = json["results"] as { token_label: string }[];
      labels.push(...results.map((one) => one.token_label));
      sizes.push(results.length);
      next = json["next"] as string | null;
    }

    expect(sizes).toEqual([10, 10, 3]);
    expect([labels[0], labels[22], new Set(labels).size]).toEqual(["t23", "t1", 23]);
    expect((await world.say("GET", `${tokens}?page=0`, undefined, session)).status).toBe(400);
  });
});

describe("changing and deleting", () => {
  it("PATCH changes label and is_active and nothing else", async () => {
    const uuid = await uuidOf();
    const change = {
      token_label: "new",
      is_active: false,
      expires_at: "2030-01-01T00:00:00Z",
      scopes: ["repo:admin"],
    };
    const { json } = await world.say("PATCH", `${tokens}/${uuid}`, change, session);

    expect(json).toMatchObject({
      token_label: "new",
      is_active: false,
      expires_at: "2027-01-01T00:00:00.000000Z",
      scopes: ["repo:read"],
      token: "",
    });
    expect((await world.say("GET", tokens, undefined, session)).json["active_count"]).toBe(0);
  });

  it("is_active can be switched back on", async () => {
    const { text } = await create();
    const patch = (is_active: boolean) =>
      world.say("PATCH", `${tokens}/${text("uuid")}`, { is_active }, session);
    await patch(false);
    const off = await world.signIn("robot", text("token"));
    await patch(true);

    expect(off).toBe("");
    expect(await world.signIn("robot", text("token"))).not.toBe("");
  });

  it.each([202, 204] as const)("DELETE answers %i as the knob says, then 404", async (status) => {
    world.hub.knobs.deleteStatus = status;
    const path = `${tokens}/${await uuidOf()}`;

    expect((await world.say("DELETE", path, undefined, session)).status).toBe(status);
    expect((await world.say("DELETE", path, undefined, session)).status).toBe(404);
    expect((await world.say("GET", path, undefined, session)).status).toBe(404);
  });

  it("hides other accounts' tokens", async () => {
    world.hub.addAccount({ username: "other", password: "pass" });
    const { uuid } = world.hub.createToken("other", { label: "theirs" });

    expect((await world.say("DELETE", `${tokens}/${uuid}`, undefined, session)).status).toBe(404);
  });
});

describe("who may", () => {
  it("refuses a token's session with the recorded text, and the raw token as a bearer", async () => {
    const { token } = world.hub.createToken("robot", { label: "x", scopes: ["repo:admin"] });
    const own = await world.signIn("robot", token);
    const text = "token issued from personal access token is not allowed.";

    for (const [method, body] of [["GET"], ["POST", wish]] as const)
      expect(await world.say(method, tokens, body, own)).toMatchObject({
        status: 403,
        json: { message: text, errinfo: {} },
      });
    expect(await world.say("GET", tokens, undefined, token)).toMatchObject({
      status: 401,
      json: { message: "unauthorized", errinfo: {} },
    });
    expect((await world.say("GET", tokens)).status).toBe(401);
  });

  it.each([
    ["session-refused", "pass word", 401],
    ["older-forbidden-text", "token", 403],
    ["too-many-tokens", "pass word", 400],
  ])("fault %s", async (kind, secret, status) => {
    const { token } = world.hub.createToken("robot", { label: "x" });
    const own = await world.signIn("robot", secret === "token" ? token : secret);
    world.faults.add({ where: "docker-hub", kind, times: 1 });

    expect((await world.say("POST", tokens, wish, own)).status).toBe(status);
  });

  it("knows neither desktop-generate nor other methods", async () => {
    expect((await world.say("POST", `${tokens}/desktop-generate`, {}, session)).status).toBe(405);
    expect((await world.say("PUT", tokens, {}, session)).status).toBe(405);
    expect((await world.say("GET", "/v2/namespaces", undefined, session)).status).toBe(404);
  });
});

describe("last_used", () => {
  it("moves with a login at the Hub or the registry, after the lag", async () => {
    world.hub.knobs.lastUsedLag = 60;
    const { uuid, token } = world.hub.createToken("robot", { label: "x" });
    const lastUsed = () =>
      world.hub.state().tokens.find((one) => one.uuid === uuid)?.last_used ?? null;
    await world.signIn("robot", token);
    const atOnce = lastUsed();
    world.clock.advance(61);
    const first = lastUsed();
    world.hub.login("robot", token);
    const still = lastUsed();
    world.clock.advance(61);

    expect(atOnce).toBeNull();
    expect(first).toMatch(/^2026-11-21T12:00:0/);
    expect(still).toBe(first);
    expect(lastUsed()).toMatch(/^2026-11-21T12:01:0/);
  });

  it("does not move when the login is refused", async () => {
    const { token } = world.hub.createToken("robot", { label: "x" });

    expect(world.hub.login("someone-else", token)).toBeUndefined();
    expect(world.hub.state().tokens[0]?.last_used).toBeNull();
  });
});

describe("login at the registry", () => {
  it("says account, plan and scopes", () => {
    const { token } = world.hub.createToken("robot", { label: "x", scopes: ["repo:public_read"] });

    expect(world.hub.login("Robot", token)).toEqual({
      accountId: world.accountId,
      plan: "personal",
      scopes: ["repo:public_read"],
    });
    expect(world.hub.login("robot", "pass word")?.scopes).toEqual(["repo:admin"]);
    expect(world.hub.login("robot", "dckr_pat_unknown")).toBeUndefined();
  });

  it("takes any user name when the knob says so", () => {
    const { token } = world.hub.createToken("robot", { label: "x" });
    world.hub.knobs.registryTakesAnyUserName = true;

    expect(world.hub.login("someone-else", token)?.accountId).toBe(world.accountId);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hubWorld } from "./local-docker-hub-wire.ts";

let world: Awaited<ReturnType<typeof hubWorld>>;
let session: string;
beforeEach(async () => {
  world = await hubWorld();
  world.hub.addOrganization({ name: "acme", owners: ["robot"], plan: "team" });
  session = await world.signIn("robot", "pass word");
});
afterEach(() => world.close());

const tokens = "/v2/orgs/acme/access-tokens";
const pulls = { type: "TYPE_REPO", path: "acme/private-app", scopes: ["repo-pull"] };
const wish = {
  label: "cache",
  description: "for ACR",
  resources: [pulls],
  expires_at: "2027-01-01T00:00:00Z",
};
const create = (body: unknown = wish) => world.say("POST", tokens, body, session);

describe("organization access tokens", () => {
  it("have their own fields and show the token once", async () => {
    const { status, json, text } = await create();
    const { token, ...rest } = json;
    const one = await world.say("GET", `${tokens}/${text("id")}`, undefined, session);
    const list = await world.say("GET", tokens, undefined, session);
    const { description, resources, ...listed } = rest;

    expect(status).toBe(201);
    expect(token).toMatch(/^dckr_oat_/);
    expect(rest).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      label: "cache",
      description: "for ACR",
      created_by: "robot",
      is_active: true,
      created_at: expect.stringMatching(/^2026-11-21T12:00:0/),
      expires_at: "2027-01-01T00:00:00.000000Z",
      last_used_at: null,
      resources: [pulls],
    });
    expect([description, resources]).toEqual(["for ACR", [pulls]]);
    expect(one.json).toEqual(rest);
    expect(list.json).toEqual({ total: 1, results: [listed] });
  });

  it("pull what they name with the organization as user name, and log in nowhere else", async () => {
    const token = (await create()).text("token");
    const direct = await world.say("POST", "/v2/users/login", {
      username: "acme",
      password: token,
    });

    expect(world.hub.login("acme", token)).toMatchObject({
      plan: "paid",
      scopes: ["repository:acme/private-app:pull"],
    });
    expect(world.hub.login("robot", token)).toBeUndefined();
    expect(direct).toMatchObject({
      status: 401,
      json: { detail: "Cannot log into an organization account" },
    });
    expect(await world.signIn("robot", token)).toBe("");
  });

  it("cannot manage tokens, nor can personal ones or members who do not own", async () => {
    const oat = await world.signIn("acme", (await create()).text("token"));
    const pat = await world.signIn("robot", world.hub.createToken("robot", { label: "x" }).token);
    world.hub.addAccount({ username: "member", password: "pass" });
    const member = await world.signIn("member", "pass");
    const status = async (bearer: string) =>
      (await world.say("GET", tokens, undefined, bearer)).status;

    expect([await status(oat), await status(pat), await status(member), await status("")]).toEqual([
      403, 403, 403, 401,
    ]);
    expect(
      (await world.say("GET", "/v2/orgs/other/access-tokens", undefined, session)).status,
    ).toBe(404);
  });

  it("can be changed, switched off and deleted", async () => {
    const { text } = await create();
    const path = `${tokens}/${text("id")}`;
    const everywhere = { type: "TYPE_REPO", path: "*/*/public", scopes: ["scope-image-pull"] };
    const changed = await world.say(
      "PATCH",
      path,
      { label: "new", resources: [everywhere] },
      session,
    );
    const scopes = world.hub.login("acme", text("token"))?.scopes;
    await world.say("PATCH", path, { is_active: false }, session);

    expect(changed.json).toMatchObject({
      label: "new",
      description: "for ACR",
      resources: [everywhere],
    });
    expect(scopes).toEqual(["repo:public_read"]);
    expect(world.hub.login("acme", text("token"))).toBeUndefined();
    expect((await world.say("DELETE", path, undefined, session)).status).toBe(204);
    expect((await world.say("GET", path, undefined, session)).status).toBe(404);
  });

  it("are ten at most on a Team plan, expired ones counted, with fifty repositories each", async () => {
    const fiftyOne = Array.from({ length: 51 }, (_, index) => ({
      ...pulls,
      path: `acme/app${index}`,
    }));
    const tooWide = await create({ ...wish, resources: fiftyOne });
    for (let count = 0; count < 10; count += 1)
      await create({ ...wish, expires_at: "2026-11-21T12:01:00Z" });
    world.clock.advance(120);

    expect(tooWide.status).toBe(400);
    expect((await world.say("GET", tokens, undefined, session)).json["total"]).toBe(10);
    expect((await create()).status).toBe(400);
  });
});

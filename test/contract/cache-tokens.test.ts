import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { cache } from "../../src/azure/cache.ts";
import { registryLogin } from "../../src/azure/registry-login.ts";
import { registryTokens } from "../../src/azure/registry-tokens.ts";
import { type CacheStage, cacheStage, digestOf } from "./cache-worlds.ts";

/* How many requests a registry sees, and with which tokens (DESIGN section 9). */

const contoso = "contoso";
let world: CacheStage;
beforeAll(async () => {
  world = await cacheStage();
});
afterEach(() => world.stage.registry.configure({ rights: {}, anonymousPull: true }));
afterAll(() => world.close());

const lists = "GET /acr/v1/{repository}/_tags";
const untags = "DELETE /acr/v1/{repository}/_tags/{tag}";
const tokensAsked = "POST /oauth2/token";
const exchanges = "POST /oauth2/exchange";

/** A cache that remembers nothing yet. */
function fresh(now?: () => number) {
  const tokens = registryTokens(world.stage.credential, now);
  world.requests();
  return { tokens, cache: cache(world.served, tokens) };
}

describe("requests", () => {
  it("are one a hundred tags, with one token a repository and one sign-in for all", async () => {
    const { cache: fetched } = fresh();
    const names = Array.from({ length: 250 }, (_, index) => `v${String(index).padStart(3, "0")}`);
    const repositories = Array.from({ length: 20 }, (_, index) => `counted/app${index}`);
    for (const repository of repositories)
      world.seed(repository, Object.fromEntries(names.map((tag) => [tag, tag])));

    await Promise.all(
      repositories.map(async (repository) => {
        let after: string | undefined;
        do after = (await fetched.tags(contoso, repository, after))?.next;
        while (after !== undefined);
      }),
    );

    expect(world.requests()).toEqual({ [exchanges]: 1, [tokensAsked]: 20, [lists]: 60 });
  });

  it("of every kind in one repository share its token", async () => {
    const { cache: fetched } = fresh();
    const repository = "shared/app";
    world.seed(repository, { a: "1", b: "2" });

    await Promise.all([
      fetched.tags(contoso, repository, undefined),
      fetched.counts("CONTOSO", repository),
      fetched.manifests(contoso, repository, undefined),
      fetched.untag(contoso, repository, "a"),
    ]);
    await fetched.manifest(contoso, repository, digestOf("1"));
    await fetched.removeManifest(contoso, repository, digestOf("1"));

    expect(world.requests()).toEqual({
      [exchanges]: 1,
      [tokensAsked]: 1,
      [lists]: 1,
      [untags]: 1,
      "GET /acr/v1/{repository}": 1,
      "GET /acr/v1/{repository}/_manifests": 1,
      "GET /acr/v1/{repository}/_manifests/{digest}": 1,
      "DELETE /v2/{repository}/manifests/{reference}": 1,
    });
  });

  it("ask for what is needed and no more", async () => {
    const { cache: fetched } = fresh();
    const scopes: (string | null)[] = [];
    const stop = world.stage.log.watch(({ endpoint, call }) => {
      if (endpoint !== tokensAsked) return;
      scopes.push(new URLSearchParams(call.body.toString()).get("scope"));
    });

    await fetched.tags(contoso, "team/app", undefined).finally(stop);

    expect(scopes).toEqual(["repository:team/app:pull,delete,metadata_read"]);
  });
});

describe("tokens", () => {
  it("are renewed shortly before their end", async () => {
    const { clock } = world.stage;
    const { cache: fetched } = fresh(() => clock.now());
    world.seed("renewed/app", { a: "1" });
    const list = () => fetched.tags(contoso, "renewed/app", undefined);

    await list();
    clock.advance(69 * 60);
    await list();
    expect(world.requests()).toEqual({ [exchanges]: 1, [tokensAsked]: 1, [lists]: 2 });

    clock.advance(2 * 60);
    await list();
    expect(world.requests()).toEqual({ [tokensAsked]: 1, [lists]: 1 });

    clock.advance(105 * 60);
    await list();
    expect(world.requests()).toEqual({ [exchanges]: 1, [tokensAsked]: 1, [lists]: 1 });
  });

  it("that die before their time are replaced once, for all who hold them", async () => {
    const { cache: fetched } = fresh();
    const tags = Array.from({ length: 8 }, (_, index) => `v${index}`);
    world.seed("dying/app", Object.fromEntries(tags.map((tag) => [tag, tag])));
    await fetched.tags(contoso, "dying/app", undefined);
    world.requests();
    world.stage.clock.advance(76 * 60);

    const all = await Promise.all(tags.map((tag) => fetched.untag(contoso, "dying/app", tag)));

    expect(new Set(all)).toEqual(new Set(["removed"]));
    expect(world.requests()).toEqual({ [tokensAsked]: 1, [untags]: 16 });
  });

  it("are signed in for anew when the sign-in has died, too", async () => {
    const { cache: fetched } = fresh();
    world.seed("dead/app", { a: "1" });
    await fetched.tags(contoso, "dead/app", undefined);
    world.requests();
    world.stage.clock.advance(4 * 3600);

    expect((await fetched.tags(contoso, "dead/app", undefined))?.tags).toHaveLength(1);
    expect(world.requests()).toEqual({ [exchanges]: 1, [tokensAsked]: 2, [lists]: 2 });
  });
});

describe("an identity that lacks a right", () => {
  const rights = (...actions: string[]) =>
    world.stage.registry.configure({
      rights: { [world.stage.identity.appPrincipalId]: actions },
    });

  it("may do the rest, and is told after one more try", async () => {
    rights("pull", "metadata_read");
    const { cache: fetched } = fresh();
    world.seed("rights/app", { a: "1" });

    expect((await fetched.tags(contoso, "rights/app", undefined))?.tags).toHaveLength(1);
    await expect(fetched.untag(contoso, "rights/app", "a")).rejects.toMatchObject({
      name: "LarderError",
      reason: "lacksRight",
      problem: { code: "UNAUTHORIZED", message: expect.stringContaining("untag rights/app:a") },
    });
    expect(world.requests()).toEqual({ [exchanges]: 1, [tokensAsked]: 2, [lists]: 1, [untags]: 2 });
  });

  it("does not become anybody else where anonymous pull is on", async () => {
    rights("pull");
    const { cache: fetched } = fresh();
    world.seed("nobody/app", { a: "1" });

    await expect(fetched.tags(contoso, "nobody/app", undefined)).rejects.toMatchObject({
      reason: "lacksRight",
    });
  });

  it("that may not sign in at all is told so", async () => {
    const stranger = { getToken: async () => ({ token: "x.y.z", expiresOnTimestamp: 0 }) };
    const refused = cache(world.served, registryTokens(stranger));
    const nobody = cache(world.served, registryTokens({ getToken: async () => null }));

    await expect(refused.tags(contoso, "team/app", undefined)).rejects.toMatchObject({
      reason: "lacksRight",
      problem: { message: expect.stringContaining("sign in") },
    });
    await expect(nobody.tags(contoso, "team/app", undefined)).rejects.toMatchObject({
      reason: "unavailable",
      problem: { code: "CredentialUnavailable" },
    });
  });
});

describe("the login for pulls", () => {
  it("is the sign-in, shared with the cache and by all who ask at once", async () => {
    const { tokens, cache: fetched } = fresh();
    const login = registryLogin(world.served, tokens);

    const [one, two] = await Promise.all([
      login(contoso),
      login("Contoso"),
      fetched.tags(contoso, "login/app", undefined),
    ]);

    expect(world.requests()).toMatchObject({ [exchanges]: 1 });
    expect(one.username.reveal()).toBe("00000000-0000-0000-0000-000000000000");
    expect(one.password.reveal()).toBe(two.password.reveal());
    expect(inspect(one, { showHidden: true }) + JSON.stringify(one)).not.toContain(
      one.password.reveal(),
    );
  });

  it("is taken by the registry's token service", async () => {
    const { username, password } = await registryLogin(world.served, fresh().tokens)(contoso);
    const pair = Buffer.from(`${username.reveal()}:${password.reveal()}`).toString("base64");
    const query = "service=contoso&scope=repository:team/app:pull";

    const answer = await fetch(`${world.stage.acr}/oauth2/token?${query}`, {
      headers: { authorization: `Basic ${pair}` },
    });

    expect([answer.status, Object.keys((await answer.json()) as object)]).toEqual([
      200,
      ["access_token"],
    ]);
  });
});

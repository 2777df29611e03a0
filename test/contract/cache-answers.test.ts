import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cache } from "../../src/azure/cache.ts";
import { inFlight } from "../../src/azure/in-flight.ts";
import { registryTokens } from "../../src/azure/registry-tokens.ts";
import { faults } from "../local/faults.ts";
import { requestLog } from "../local/request-log.ts";
import { type Answer, type Call, type Listener, listen } from "../local/service.ts";
import { authority } from "../local/tls.ts";

/* Answers that the stand-in never gives, from a registry made of one function. */

const digest = `sha256:${"a".repeat(64)}`;
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (claims: object) => `${encoded({ alg: "none" })}.${encoded(claims)}.c2lnbmF0dXJl`;
const later = Math.floor(Date.now() / 1000) + 3600;
const good = { access_token: jwt({ exp: later }), refresh_token: jwt({ exp: later }) };

let signIn: (call: Call) => Answer;
let answer: (call: Call) => Answer | Promise<Answer>;
let listener: Listener;

beforeAll(async () => {
  const certificate = await authority([]);
  setDefaultCACertificates([...getCACertificates("default"), certificate.ca]);
  const registry = {
    name: "acr",
    endpoint: () => "any",
    answer: (call: Call) => (call.path.startsWith("/oauth2/") ? signIn(call) : answer(call)),
  };
  const around = { faults: faults(), log: requestLog(), delayMs: 0 };
  listener = await listen(registry, around, { certificate });
});
beforeEach(() => {
  signIn = ({ path }) => {
    const { access_token, refresh_token } = good;
    return { status: 200, body: path.endsWith("/token") ? { access_token } : { refresh_token } };
  };
});
afterAll(() => listener.close());

const opaque = "opaque-entra-token-of-larder";
function fresh(maxInFlight?: number) {
  const served = {
    names: ["contoso"],
    loginServer: async () => new URL(listener.url).host,
    tier: async () => "Basic" as const,
  };
  const credential = {
    getToken: async () => ({ token: opaque, expiresOnTimestamp: later * 1000 }),
  };
  return cache(served, registryTokens(credential), maxInFlight ? { maxInFlight } : {});
}
const ok = (body: unknown, headers: Record<string, string> = {}) => {
  answer = () => ({ status: 200, headers, body });
};
const unexpected = { reason: "refused", problem: { code: "UnexpectedAnswer" } };

describe("lists", () => {
  const tag = { name: "v1", digest, changeableAttributes: {} };

  it.each([
    ["no list at all", {}],
    ["a list of nothing", { tags: null }],
  ])("with %s are empty", async (_, body) => {
    ok(body);
    expect(await fresh().tags("contoso", "app", undefined)).toEqual({ tags: [] });
  });

  it("go on after an empty page where the registry says so", async () => {
    ok({ tags: [] }, { link: `</acr/v1/app/_tags?last=v7&n=100>; rel="next"` });
    expect(await fresh().tags("contoso", "app", "v1")).toEqual({ tags: [], next: "v7" });
  });

  it("are asked for at the registry itself, wherever a Link points", async () => {
    const asked: string[] = [];
    answer = ({ path, query }) => {
      asked.push(`${path}?${query.toString()}`);
      const link = `<https://elsewhere.example/acr/v1/app/_tags?last=v1>; rel="next"`;
      return { status: 200, headers: { link }, body: { tags: [tag] } };
    };
    const one = await fresh().tags("contoso", "team/app", undefined);
    await fresh().tags("contoso", "team/app", one?.next);

    expect(one?.next).toBe("v1");
    expect(asked).toEqual([
      "/acr/v1/team%2Fapp/_tags?n=100",
      "/acr/v1/team%2Fapp/_tags?last=v1&n=100",
    ]);
  });

  it.each([
    [{ deleteEnabled: false }, true],
    [{ writeEnabled: false }, true],
    [{ deleteEnabled: true, writeEnabled: true, readEnabled: false }, false],
    [{}, false],
    [undefined, false],
  ])("with attributes %j have locked %s", async (changeableAttributes, locked) => {
    ok({ tags: [{ ...tag, changeableAttributes }] });
    const page = await fresh().tags("contoso", "app", undefined);
    expect(page?.tags).toEqual([{ tag: "v1", digest, locked }]);
  });

  it.each([
    ["no digest", { name: "v1" }],
    ["half a digest", { name: "v1", digest: "sha256:abc" }],
    ["no name", { digest }],
  ])("with %s in them are refused", async (_, broken) => {
    ok({ tags: [tag, broken] });
    await expect(fresh().tags("contoso", "app", undefined)).rejects.toMatchObject(unexpected);
  });

  it("count nothing that is not a number", async () => {
    ok({ imageName: "app", tagCount: "many" });
    await expect(fresh().counts("contoso", "app")).rejects.toMatchObject(unexpected);
  });
});

describe("deletions", () => {
  const error = (code: string) => ({ errors: [{ code, message: "no" }] });

  it.each([
    ["TAG_UNKNOWN", "absent"],
    ["MANIFEST_UNKNOWN", "absent"],
    ["NAME_UNKNOWN", "absent"],
  ])("answered 404 %s are %s", async (code, outcome) => {
    answer = () => ({ status: 404, body: error(code) });
    expect(await fresh().untag("contoso", "app", "v1")).toBe(outcome);
    expect(await fresh().removeManifest("contoso", "app", digest)).toBe(outcome);
  });

  it.each([
    ["of something else", error("NOT_FOUND"), "NOT_FOUND"],
    ["in HTML", "<html>404</html>", "NotFound"],
    ["without a word", undefined, "NotFound"],
  ])("answered 404 %s are refused", async (_, body, code) => {
    answer = () => ({ status: 404, body });
    const refused = { reason: "refused", problem: { code } };
    await expect(fresh().untag("contoso", "app", "v1")).rejects.toMatchObject(refused);
    await expect(fresh().removeManifest("contoso", "app", digest)).rejects.toMatchObject(refused);
  });

  it("of a manifest take a digest only: the SDK would look up what a tag names", async () => {
    let asked = 0;
    answer = () => {
      asked += 1;
      return { status: 202 };
    };
    await expect(fresh().removeManifest("contoso", "app", "latest")).rejects.toMatchObject({
      reason: "invalid",
      problem: { code: "InvalidDigest" },
    });
    expect(asked).toBe(0);
  });

  it("are not carried elsewhere", async () => {
    answer = () => ({ status: 307, headers: { location: "https://elsewhere.example/" } });
    await expect(fresh().untag("contoso", "app", "v1")).rejects.toMatchObject({
      reason: "unavailable",
    });
  });
});

describe("the token service", () => {
  it.each([
    ["nothing", undefined],
    ["HTML", "<html></html>"],
    ["no token", { token_type: "Bearer" }],
    ["a token that is none", { refresh_token: "opaque" }],
    ["a token without an end", { refresh_token: jwt({}) }],
  ])("that answers 200 with %s is unavailable", async (_, body) => {
    signIn = () => ({ status: 200, body });
    await expect(fresh().tags("contoso", "app", undefined)).rejects.toMatchObject({
      reason: "unavailable",
      problem: { code: "UnreadableAnswer" },
    });
  });

  it.each(["/oauth2/exchange", "/oauth2/token", "/acr/v1"])(
    "that repeats our tokens (%s) does not make us repeat them",
    async (place) => {
      const parrot = ({ body, headers }: Call): Answer => {
        const message = `you said ${body.toString()} ${headers.authorization}`;
        return { status: 403, body: { errors: [{ code: "DENIED", message }] } };
      };
      const usual = signIn;
      signIn = (call) => (call.path === place ? parrot(call) : usual(call));
      answer = parrot;

      const error = await fresh()
        .tags("contoso", "app", undefined)
        .catch((caught: unknown) => caught);

      expect(error).toMatchObject({ reason: "lacksRight" });
      const text = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error);
      expect(text).toContain("you said");
      for (const token of [opaque, good.access_token, good.refresh_token])
        for (const part of token.split(".")) expect(text).not.toContain(part);
    },
  );
});

describe("requests in flight", () => {
  it.each([
    [undefined, 64],
    [5, 5],
  ])("with maxInFlight %s are %i at most", async (most, peak) => {
    let [now, highest] = [0, 0];
    const full = Promise.withResolvers<void>();
    answer = async () => {
      now += 1;
      highest = Math.max(highest, now);
      if (now >= peak) full.resolve();
      await full.promise;
      // Time for one too many to arrive.
      await new Promise((resolve) => setTimeout(resolve, 20));
      now -= 1;
      return { status: 202 };
    };

    const tags = Array.from({ length: 2 * peak }, (_, index) => `v${index}`);
    const limited = fresh(most);
    const outcomes = await Promise.all(tags.map((tag) => limited.untag("contoso", "app", tag)));

    expect(outcomes).toHaveLength(2 * peak);
    expect(highest).toBe(peak);
  });

  it("begin in the order they came, also after one that failed", async () => {
    const limited = inFlight(2);
    const begun: number[] = [];
    const runs = [0, 1, 2, 3, 4, 5].map((index) =>
      limited(async () => {
        begun.push(index);
        await new Promise((resolve) => setImmediate(resolve));
        if (index === 1) throw new Error("failed");
      }),
    );

    expect(begun).toEqual([0, 1]);
    await Promise.allSettled(runs);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

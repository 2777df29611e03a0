import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { inFlight } from "../../src/azure/in-flight.ts";
import { keptToken } from "../../src/azure/kept-token.ts";
import type { Answer, Call } from "../local/service.ts";
import { issued, jwt, type OddRegistry, oddRegistry, usualSignIn } from "./cache-one-function.ts";

/* What the cache makes of a registry's token service, and how much it asks at once. */

let registry: OddRegistry;
beforeAll(async () => {
  registry = await oddRegistry();
});
afterEach(() => {
  registry.signIn = usualSignIn;
});
afterAll(() => registry.close());

describe("the token service", () => {
  it.each([
    ["nothing", undefined],
    ["HTML", "<html></html>"],
    ["no token", { token_type: "Bearer" }],
    ["a token that is none", { refresh_token: "opaque" }],
    ["a token without an end", { refresh_token: jwt({}) }],
  ])("that answers 200 with %s is unavailable", async (_, body) => {
    registry.signIn = () => ({ status: 200, body });
    await expect(registry.cache().tags("contoso", "app", undefined)).rejects.toMatchObject({
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
      registry.signIn = (call) => (call.path === place ? parrot(call) : usualSignIn(call));
      registry.answer = parrot;

      const error = await registry
        .cache()
        .tags("contoso", "app", undefined)
        .catch((caught: unknown) => caught);

      expect(error).toMatchObject({ reason: "lacksRight" });
      const text = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error);
      expect(text).toContain("you said");
      for (const token of Object.values(issued))
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
    registry.answer = async () => {
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
    const limited = registry.cache(most);
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

describe("a kept token", () => {
  it.each([
    ["three hours", 10_800_000, 10_499_999, 10_500_000],
    ["a minute", 60_000, 29_999, 30_000],
  ])("that lives for %s is renewed in time", async (_, lives, still, renewed) => {
    let now = 0;
    let fetched = 0;
    const token = keptToken(
      async () => {
        fetched += 1;
        return { text: `token ${fetched}`, expiresAt: now + lives };
      },
      () => now,
    );

    expect(await Promise.all([token.get(), token.get()])).toEqual(["token 1", "token 1"]);
    now = still;
    expect(await token.get()).toBe("token 1");
    now = renewed;
    expect(await token.get()).toBe("token 2");
    token.drop("token 1");
    expect(await token.get()).toBe("token 2");
    token.drop("token 2");
    expect(await token.get()).toBe("token 3");
  });
});

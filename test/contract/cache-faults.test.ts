import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cache } from "../../src/azure/cache.ts";
import { registryTokens } from "../../src/azure/registry-tokens.ts";
import type { Cache } from "../../src/domain/refresh-ports.ts";
import { type CacheStage, cacheStage, digestOf } from "./cache-worlds.ts";

/* The stand-in's troubles through the real SDK, at the registry's own API and at its token service. */

const contoso = "contoso";
const app = "team/app";
let world: CacheStage;
beforeAll(async () => {
  world = await cacheStage();
});
beforeEach(() => world.seed(app, { latest: "1" }));
afterEach(() => {
  world.stage.faults.clear();
  world.stage.registry.configure({ listing: "whole" });
});
afterAll(() => world.close());

const calls: Record<string, (of: Cache) => Promise<unknown>> = {
  tags: (of) => of.tags(contoso, app, undefined),
  tag: (of) => of.tag(contoso, app, "latest"),
  counts: (of) => of.counts(contoso, app),
  untag: (of) => of.untag(contoso, app, "latest"),
  manifests: (of) => of.manifests(contoso, app, undefined),
  manifest: (of) => of.manifest(contoso, app, digestOf("1")),
  removeManifest: (of) => of.removeManifest(contoso, app, digestOf("1")),
};
const methods = Object.keys(calls);
const call = (method: string, of = world.cache) =>
  (calls[method] as (of: Cache) => Promise<unknown>)(of);

/** [status, reason, Retry-After]; those that are tried again at once cost a test its time. */
const told = [
  ["429", "unavailable", 7],
  ["503", "unavailable", 60],
  ["401", "lacksRight", undefined],
  ["403", "lacksRight", undefined],
  ["404", "refused", undefined],
  ["400", "refused", undefined],
] as const;
const triedAgain = [
  ["429", "unavailable", undefined],
  ["500", "unavailable", undefined],
  ["502", "unavailable", undefined],
] as const;
const rows = methods.flatMap((method) =>
  [...told, ...(method === "untag" ? triedAgain : [])].map(([kind, reason, wait]) => ({
    method,
    kind,
    reason,
    wait,
  })),
);

describe("a status of the registry", () => {
  it.each(rows)("$method: $kind is $reason, Retry-After $wait", async (row) => {
    await call("counts");
    const retryAfter = row.wait === undefined ? {} : { retryAfter: row.wait };
    world.stage.faults.add({ where: "acr", match: "/(acr/v1|v2)/", kind: row.kind, ...retryAfter });

    await expect(call(row.method)).rejects.toMatchObject({
      name: "LarderError",
      reason: row.reason,
      retryAfterSeconds: row.wait,
    });
  });

  it.each(methods)("%s: nothing is there after an unknown 404", async (method) => {
    await call("counts");
    world.stage.faults.add({ where: "acr", match: "/(acr/v1|v2)/", kind: "404", times: 1 });

    await expect(call(method)).rejects.toMatchObject({ reason: "refused" });
    expect(await world.cache.counts(contoso, app)).toEqual({ tags: 1, manifests: 1 });
  });

  it.each(["untag", "removeManifest"])("%s: 405 is a lock", async (method) => {
    await call("counts");
    world.stage.faults.add({ where: "acr", match: "^DELETE", kind: "405" });

    expect(await call(method)).toBe("locked");
  });

  it.each(["502", "drop", "lose"])("%s twice passes unseen by a list", async (kind) => {
    await call("counts");
    world.stage.faults.add({ where: "acr", kind, times: 2 });

    expect(await call("tags")).toBeDefined();
    expect(world.stage.faults.list()).toEqual([]);
  });

  it("a deletion whose answer is lost is done all the same", async () => {
    await call("counts");
    world.stage.faults.add({ where: "acr", match: "^DELETE", kind: "lose", times: 1 });

    expect(await call("untag")).toBe("absent");
    expect(await world.cache.tag(contoso, app, "latest")).toBeUndefined();
  });
});

describe("trouble with signing in", () => {
  const signsIn = () => cache(world.served, registryTokens(world.stage.credential));
  const places = ["/oauth2/exchange", "/oauth2/token"];

  it.each(
    places.flatMap((match) => [
      { match, kind: "429", reason: "unavailable", wait: 30 },
      { match, kind: "503", reason: "unavailable", wait: undefined },
      { match, kind: "drop", reason: "unavailable", wait: undefined },
      { match, kind: "401", reason: "lacksRight", wait: undefined },
      { match, kind: "403", reason: "lacksRight", wait: undefined },
    ]),
  )("$kind at $match is $reason, and is over when it ends", async ({ wait, reason, ...fault }) => {
    const retryAfter = wait === undefined ? {} : { retryAfter: wait };
    const fetched = signsIn();
    world.stage.faults.add({ where: "acr", ...fault, ...retryAfter });

    await expect(call("tags", fetched)).rejects.toMatchObject({ reason, retryAfterSeconds: wait });
    world.stage.faults.clear();
    expect(await call("tags", fetched)).toBeDefined();
  });

  it("is asked about by one for all who wait", async () => {
    const fetched = signsIn();
    world.requests();
    world.stage.faults.add({ where: "acr", match: "/oauth2/exchange", kind: "503" });

    const all = Array.from({ length: 40 }, (_, index) => `many/app${index}`);
    const outcomes = await Promise.allSettled(
      all.map((repository) => fetched.tags(contoso, repository, undefined)),
    );

    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    expect(world.requests()).toEqual({ "POST /oauth2/exchange": 3 });
  });
});

describe("a partial listing", () => {
  it("has no next page, and the counts tell the whole", async () => {
    world.seed("part/app", { a: "1", b: "2", c: "3", d: "4" });
    world.stage.registry.configure({ listing: "partial" });

    const page = await world.cache.tags(contoso, "part/app", undefined);

    expect(page?.tags.map(({ tag }) => tag)).toEqual(["a", "b"]);
    expect(page?.next).toBeUndefined();
    expect(await world.cache.counts(contoso, "part/app")).toEqual({ tags: 4, manifests: 4 });
  });
});

describe("no token", () => {
  it("is in any error", async () => {
    const seen = new Set<string>();
    const stop = world.stage.log.watch(({ call: { headers, body }, answer }) => {
      const form = new URLSearchParams(body.toString());
      const given = answer.body as Record<string, string> | undefined;
      for (const text of [
        form.get("access_token"),
        form.get("refresh_token"),
        given?.["access_token"],
        given?.["refresh_token"],
        headers.authorization?.replace("Bearer ", ""),
      ])
        if (text) seen.add(text);
    });
    const errors: unknown[] = [];
    for (const kind of ["401", "403", "404", "429", "500", "drop"])
      for (const match of ["/oauth2/exchange", "/oauth2/token", "/(acr/v1|v2)/"]) {
        world.stage.faults.add({ where: "acr", match, kind, retryAfter: 60 });
        const fetched = cache(world.served, registryTokens(world.stage.credential));
        for (const method of ["tags", "untag"])
          errors.push(await call(method, fetched).catch((error: unknown) => error));
        world.stage.faults.clear();
      }
    stop();

    expect(errors.every((error) => error instanceof Error)).toBe(true);
    const texts = errors.map(
      (error) => inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error),
    );
    expect(seen.size).toBeGreaterThan(20);
    for (const token of seen)
      for (const part of token.split("."))
        expect(texts.some((text) => text.includes(part))).toBe(false);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OddRegistry, oddRegistry } from "./cache-one-function.ts";

/* What the cache makes of answers about tags and manifests. */

const digest = `sha256:${"a".repeat(64)}`;

let registry: OddRegistry;
beforeAll(async () => {
  registry = await oddRegistry();
});
afterAll(() => registry.close());

const ok = (body: unknown, headers: Record<string, string> = {}) => {
  registry.answer = () => ({ status: 200, headers, body });
};
const unexpected = { reason: "refused", problem: { code: "UnexpectedAnswer" } };

describe("lists", () => {
  const tag = { name: "v1", digest, changeableAttributes: {} };

  it.each([
    ["no list at all", {}],
    ["a list of nothing", { tags: null }],
  ])("with %s are empty", async (_, body) => {
    ok(body);
    expect(await registry.cache().tags("contoso", "app", undefined)).toEqual({ tags: [] });
  });

  it("go on after an empty page where the registry says so", async () => {
    ok({ tags: [] }, { link: `</acr/v1/app/_tags?last=v7&n=100>; rel="next"` });
    expect(await registry.cache().tags("contoso", "app", "v1")).toEqual({ tags: [], next: "v7" });
  });

  it("are asked for at the registry itself, wherever a Link points", async () => {
    const asked: string[] = [];
    registry.answer = ({ path, query }) => {
      asked.push(`${path}?${query.toString()}`);
      const link = `<https://elsewhere.example/acr/v1/app/_tags?last=v1>; rel="next"`;
      return { status: 200, headers: { link }, body: { tags: [tag] } };
    };
    const one = await registry.cache().tags("contoso", "team/app", undefined);
    await registry.cache().tags("contoso", "team/app", one?.next);

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
    const page = await registry.cache().tags("contoso", "app", undefined);
    expect(page?.tags).toEqual([{ tag: "v1", digest, locked }]);
  });

  it.each([
    ["no digest", { name: "v1" }],
    ["half a digest", { name: "v1", digest: "sha256:abc" }],
    ["no name", { digest }],
  ])("with %s in them are refused", async (_, broken) => {
    ok({ tags: [tag, broken] });
    await expect(registry.cache().tags("contoso", "app", undefined)).rejects.toMatchObject(
      unexpected,
    );
  });

  it("count nothing that is not a number", async () => {
    ok({ imageName: "app", tagCount: "many" });
    await expect(registry.cache().counts("contoso", "app")).rejects.toMatchObject(unexpected);
  });
});

describe("deletions", () => {
  const error = (code: string) => ({ errors: [{ code, message: "no" }] });

  it.each([
    ["TAG_UNKNOWN", "absent"],
    ["MANIFEST_UNKNOWN", "absent"],
    ["NAME_UNKNOWN", "absent"],
  ])("answered 404 %s are %s", async (code, outcome) => {
    registry.answer = () => ({ status: 404, body: error(code) });
    expect(await registry.cache().untag("contoso", "app", "v1")).toBe(outcome);
    expect(await registry.cache().removeManifest("contoso", "app", digest)).toBe(outcome);
  });

  it.each([
    ["of something else", error("NOT_FOUND"), "NOT_FOUND"],
    ["in HTML", "<html>404</html>", "NotFound"],
    ["without a word", undefined, "NotFound"],
  ])("answered 404 %s are refused", async (_, body, code) => {
    registry.answer = () => ({ status: 404, body });
    const refused = { reason: "refused", problem: { code } };
    await expect(registry.cache().untag("contoso", "app", "v1")).rejects.toMatchObject(refused);
    await expect(registry.cache().removeManifest("contoso", "app", digest)).rejects.toMatchObject(
      refused,
    );
  });

  it("of a manifest take a digest only: the SDK would look up what a tag names", async () => {
    let asked = 0;
    registry.answer = () => {
      asked += 1;
      return { status: 202 };
    };
    await expect(registry.cache().removeManifest("contoso", "app", "latest")).rejects.toMatchObject(
      {
        reason: "invalid",
        problem: { code: "InvalidDigest" },
      },
    );
    expect(asked).toBe(0);
  });

  it("are not carried elsewhere", async () => {
    registry.answer = () => ({ status: 307, headers: { location: "https://elsewhere.example/" } });
    await expect(registry.cache().untag("contoso", "app", "v1")).rejects.toMatchObject({
      reason: "unavailable",
    });
  });
});

import { describe, expect, it } from "vitest";
import { secret } from "../../src/domain/secret.ts";
import { tokenKey, tokens } from "../../src/oci/tokens.ts";

function world() {
  let now = 1000;
  let issued = 0;
  const store = tokens(() => now);
  return {
    store,
    wait: (seconds: number) => void (now += seconds * 1000),
    issue: (lifeSeconds: number) => async () => {
      issued += 1;
      return { token: `token-${issued}`, lifeSeconds };
    },
    issued: () => issued,
  };
}

describe("tokens", () => {
  it.each([
    [300, 294, "token-1"],
    [300, 296, "token-2"],
    [60, 54, "token-1"],
    [60, 56, "token-2"],
  ])("that live %i s are, after %i s, %s", async (life, waited, expected) => {
    const { store, wait, issue } = world();
    await store.obtain("a", issue(life));

    wait(waited);

    expect(await store.obtain("a", issue(life))).toBe(expected);
  });

  it("are asked for once, however many wait", async () => {
    const { store, issue, issued } = world();

    const all = await Promise.all([1, 2, 3, 4].map(() => store.obtain("a", issue(300))));

    expect(all).toEqual(["token-1", "token-1", "token-1", "token-1"]);
    expect(issued()).toBe(1);
  });

  it("are kept apart by key", async () => {
    const { store, issue } = world();
    await store.obtain("a", issue(300));
    await store.obtain("b", issue(300));

    expect([store.held("a"), store.held("b"), store.held("c")]).toEqual([
      "token-1",
      "token-2",
      undefined,
    ]);
  });

  it("that could not be had are asked for again", async () => {
    const { store, issue } = world();
    const failing = () => Promise.reject(new Error("down"));

    await expect(store.obtain("a", failing)).rejects.toThrow("down");

    expect(await store.obtain("a", issue(300))).toBe("token-1");
  });

  it("are dropped only if still the same", async () => {
    const { store, issue } = world();
    await store.obtain("a", issue(300));
    store.drop("a", "token-1");
    await store.obtain("a", issue(300));

    store.drop("a", "token-1");

    expect(store.held("a")).toBe("token-2");
  });

  it("give way to newer ones past some thousand", async () => {
    const { store, issue } = world();
    for (let index = 0; index <= 5000; index += 1) await store.obtain(`r${index}`, issue(300));

    expect([store.held("r0"), store.held("r1"), store.held("r5000")]).toEqual([
      undefined,
      "token-2",
      "token-5001",
    ]);
  });
});

describe("tokenKey", () => {
  const of = (username: string, password: string) =>
    tokenKey("h", "r", { username: secret(username), password: secret(password) });

  it("differs by host, repository, user name and password", () => {
    const keys = [
      tokenKey("h", "r", undefined),
      tokenKey("g", "r", undefined),
      tokenKey("h", "s", undefined),
      of("u", "p"),
      of("u", "q"),
      of("up", ""),
    ];
    expect(new Set(keys).size).toBe(6);
  });

  it("does not show the login", () => {
    expect(of("reader", "s3cret!")).not.toMatch(/reader|s3cret/);
  });
});

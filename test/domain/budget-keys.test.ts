import { describe, expect, it } from "vitest";
import { breakerKey, pullsKey, purgeKey, subjectOf } from "../../src/domain/budget-keys.ts";

describe("the keys of budgets", () => {
  it("are what rows of older versions have", () => {
    expect(pullsKey("docker.io", "Docker-Hub")).toBe("pulls docker.io docker-hub");
    expect(breakerKey("ghcr.io")).toBe("breaker ghcr.io");
    expect(purgeKey("Contoso")).toBe("purge contoso");
  });

  it.each([
    ["pulls docker.io hub", { kind: "pulls", upstream: "docker.io", account: "hub" }],
    ["breaker localhost:5001", { kind: "breaker", upstream: "localhost:5001" }],
    ["pulls docker.io", undefined],
    ["breaker", undefined],
    ["purge contoso", undefined],
    ["requests contoso", undefined],
    ["", undefined],
  ])("tell what upstream they are about: %j", (key, subject) => {
    expect(subjectOf(key)).toEqual(subject);
  });
});

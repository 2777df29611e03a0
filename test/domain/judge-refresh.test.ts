import { describe, expect, it } from "vitest";
import type { CacheRule } from "../../src/domain/cache-rule.ts";
import { judgeRefresh } from "../../src/domain/judge-refresh.ts";
import type { RefreshRequest } from "../../src/domain/refresh.ts";

function rule(name: string, target: string, rest: Partial<CacheRule> = {}): CacheRule {
  return {
    registry: "contoso",
    name,
    source: `docker.io/${target}`,
    target,
    status: "active",
    notes: [],
    requestedBy: "ada",
    requestedAt: "2026-11-21T02:00:00.000Z",
    updatedAt: "2026-11-21T02:00:00.000Z",
    operationId: "",
    attempts: 1,
    ...rest,
  };
}

const refresh = { tags: ["latest"], every: "PT6H" };
const records = [
  rule("grafana", "grafana/*", { refresh }),
  rule("loki-rule", "grafana/loki"),
  rule("nginx-rule", "nginx", { status: "failed", refresh }),
  rule("by-hand", "tool", { status: "unmanaged" }),
  rule("quay-all", "quay/*", { refresh }),
];

/** "ok" and the rules it is about, or the codes of what is wrong with their targets. */
function judged(request: Partial<RefreshRequest>, rules = records): readonly string[] {
  const found = judgeRefresh({ dryRun: false, ...request }, rules);
  if (found.ok) return ["ok", ...found.rules.map(({ name }) => name)];
  return found.problems.map(({ code, target }) => `${code} ${target}`);
}

describe("a refresh that may begin", () => {
  it.each<[string, Partial<RefreshRequest>, readonly string[]]>([
    ["of everything", {}, ["ok", "grafana", "quay-all"]],
    ["of a repository under a policy", { repositories: ["grafana/mimir"] }, ["ok", "grafana"]],
    [
      "of two under one rule",
      { repositories: ["grafana/mimir", "grafana/tempo"] },
      ["ok", "grafana"],
    ],
    [
      "of one without a policy, by its tags",
      { repositories: ["grafana/loki"], tags: ["3.*"] },
      ["ok", "loki-rule"],
    ],
  ])("%s", (_name, request, expected) => {
    expect(judged(request)).toEqual(expected);
  });

  it("names each repository once", () => {
    const found = judgeRefresh({ repositories: ["quay/a", "quay/a"], dryRun: true }, records);

    expect(found).toMatchObject({ ok: true, request: { repositories: ["quay/a"] } });
  });
});

describe("a refresh that is refused", () => {
  it.each<[string, Partial<RefreshRequest>, readonly string[]]>([
    [
      "what is no repository",
      { repositories: ["grafana/mimir:latest", "Grafana/mimir", "grafana/*", "/", "https:x"] },
      [
        "RepositoryMalformed repositories[0]",
        "RepositoryMalformed repositories[1]",
        "RepositoryMalformed repositories[2]",
        "RepositoryMalformed repositories[3]",
        "RepositoryMalformed repositories[4]",
      ],
    ],
    [
      "what no rule serves, or one that is not active",
      { repositories: ["grafana/mimir", "redis", "nginx", "tool"] },
      [
        "RepositoryNotServed repositories[1]",
        "RuleNotActive repositories[2]",
        "RuleUnmanaged repositories[3]",
      ],
    ],
    ["no tags", { repositories: ["grafana/loki"] }, ["NoRefreshPolicy repositories[0]"]],
  ])("for %s", (_name, request, expected) => {
    expect(judged(request)).toEqual(expected);
  });

  it("when no active rule has a policy, and says how to get one", () => {
    const found = judgeRefresh({ dryRun: false, tags: ["latest"] }, records.slice(1, 4));

    expect(found).toMatchObject({
      ok: false,
      problems: [{ code: "NoRefreshPolicy", message: expect.stringContaining("PATCH") }],
    });
  });

  it.each([
    ["ordinary names", 20, ["ok", "quay-all"]],
    ["long ones", 40, ["RefreshTooLarge repositories"]],
  ])("when it is too much for one record: a thousand of %s", (_name, length, expected) => {
    const repositories = Array.from({ length: 1000 }, (_, number) =>
      `quay/${number}-`.padEnd(length, "0"),
    );

    expect(judged({ repositories })).toEqual(expected);
  });

  it("with fifty problems at most", () => {
    const repositories = Array.from({ length: 1000 }, (_, number) => `elsewhere/${number}`);

    expect(judged({ repositories })).toHaveLength(50);
  });
});

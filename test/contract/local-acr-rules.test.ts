import { describe, expect, it } from "vitest";
import { resources } from "../local/acr/resources.ts";
import { type RuleProperties, ruleFinder, sourceOf } from "../local/acr/rules.ts";

const targets = ["*", "a/*", "a/b/*", "a/b/nginx", "solo"];

function finder() {
  const rules = resources<RuleProperties>(() => 0);
  for (const targetRepository of targets) {
    const sourceRepository = targetRepository.endsWith("*") ? "quay.io/*" : "quay.io/x/y";
    const properties = { sourceRepository, targetRepository };
    rules.start({ name: `to ${targetRepository}`, properties, afterMs: 0, by: "test" });
  }
  return ruleFinder(rules);
}

describe("the rule a repository comes under", () => {
  it.each([
    ["a/b/nginx", "a/b/nginx"],
    ["a/b/other", "a/b/*"],
    ["a/b/c/d", "a/b/*"],
    ["a/x", "a/*"],
    ["a", "*"],
    ["b/nginx", "*"],
    ["solo", "solo"],
    ["solo/x", "*"],
  ])("%s: %s", (repository, target) => {
    expect(finder()(repository)?.targetRepository).toBe(target);
  });
});

describe("what a repository is pulled from", () => {
  it.each([
    ["docker.io/library/nginx", "nginx", "nginx", "docker.io", "library/nginx"],
    ["docker.io/nginx", "nginx", "nginx", "docker.io", "library/nginx"],
    ["docker.io/*", "hub/*", "hub/nginx", "docker.io", "library/nginx"],
    ["docker.io/*", "hub/*", "hub/grafana/loki", "docker.io", "grafana/loki"],
    ["docker.io/grafana/*", "grafana/*", "grafana/loki", "docker.io", "grafana/loki"],
    ["quay.io/*", "*", "one", "quay.io", "one"],
    ["ghcr.io/a/b/*", "b/*", "b/c/d", "ghcr.io", "a/b/c/d"],
  ])("%s -> %s: %s", (sourceRepository, targetRepository, repository, upstream, path) => {
    expect(sourceOf({ sourceRepository, targetRepository }, repository)).toEqual({
      upstream,
      repository: path,
    });
  });
});

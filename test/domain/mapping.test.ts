import { describe, expect, it } from "vitest";
import {
  patternCovers,
  patternMeets,
  servingRule,
  targetsOverlap,
  targetTakes,
} from "../../src/domain/mapping.ts";

describe("targetsOverlap, by ACR's own definition", () => {
  it.each([
    ["nginx", "nginx", true],
    ["nginx", "nginx2", false],
    ["grafana/*", "grafana/*", true],
    ["grafana/*", "grafana/k6/*", true],
    ["*", "grafana/*", true],
    ["*", "*", true],
    ["grafana/*", "grafana-labs/*", false],
    ["docker.io/*", "quay.io/*", false],
    ["grafana/*", "grafana/loki", false],
    ["*", "nginx", false],
  ])("%s and %s: %s", (a, b, expected) => {
    expect(targetsOverlap(a, b)).toBe(expected);
    expect(targetsOverlap(b, a)).toBe(expected);
  });
});

describe("targetTakes", () => {
  it.each([
    ["nginx", "nginx", true],
    ["nginx", "nginx/sub", false],
    ["grafana/*", "grafana/loki", true],
    ["grafana/*", "grafana", false],
    ["grafana/*", "grafana-labs/x", false],
    ["*", "anything/at/all", true],
  ])("%s takes %s: %s", (target, repository, expected) => {
    expect(targetTakes(target, repository)).toBe(expected);
  });
});

describe("policy patterns", () => {
  it.each([
    ["*", "docker.io/library/nginx", true, true],
    ["*", "docker.io/*", true, true],
    ["docker.io/*", "docker.io/*", true, true],
    ["docker.io/*", "docker.io/grafana/*", true, true],
    ["docker.io/grafana/*", "docker.io/*", false, true],
    ["docker.io/grafana/*", "docker.io/grafana/loki", true, true],
    ["docker.io/grafana/*", "docker.io/grafana/*", true, true],
    ["docker.io/grafana/*", "docker.io/grafana-labs/loki", false, false],
    ["docker.io/grafana/*", "docker.io/library/nginx", false, false],
    ["docker.io/library/nginx", "docker.io/library/nginx", true, true],
    ["docker.io/library/nginx", "docker.io/library/*", false, true],
    ["docker.io/library/nginx", "docker.io/*", false, true],
    ["docker.io/library/nginx", "docker.io/library/nginx2", false, false],
    ["docker.io/library/nginx", "docker.io/library/nginx/*", false, false],
    ["quay.io/*", "docker.io/*", false, false],
    ["quay.io/*", "quay.io.evil/x", false, false],
    ["docker.io/bitnami*", "docker.io/bitnami/redis", true, true],
    ["docker.io/bitnami*", "docker.io/bitnamilegacy/redis", true, true],
    ["docker.io/bitnami*", "docker.io/bitnami/*", true, true],
    ["docker.io/bitnami*", "docker.io/bitnamilegacy/*", true, true],
    ["docker.io/bitnami*", "docker.io/*", false, true],
    ["docker.io/bitnami*", "docker.io/bitnam/x", false, false],
    ["docker.io/bitnami*", "quay.io/bitnami/x", false, false],
    ["docker.io/bitnami/red*", "docker.io/bitnami/*", false, true],
    ["docker.io/bitnami/red*", "docker.io/bitnami/postgres", false, false],
    ["*.azurecr.io/*", "contoso.azurecr.io/app", true, true],
    ["*.azurecr.io/*", "contoso.azurecr.io/*", true, true],
    ["*.azurecr.io/team/*", "contoso.azurecr.io/*", false, true],
    ["*.azurecr.io/team/app", "contoso.azurecr.io/team/app", true, true],
    ["*.azurecr.io/team/app", "contoso.azurecr.io/team/*", false, true],
    ["*.azurecr.io/*", "us-docker.pkg.dev/app", false, false],
    ["contoso.azurecr.io/*", "fabrikam.azurecr.io/*", false, false],
  ])("%s against %s: covers %s, meets %s", (pattern, source, covers, meets) => {
    expect(patternCovers(pattern, source)).toBe(covers);
    expect(patternMeets(pattern, source)).toBe(meets);
  });
});

describe("servingRule", () => {
  const rules = [
    { name: "all", source: "docker.io/*", target: "docker.io/*" },
    { name: "deep", source: "docker.io/grafana/*", target: "docker.io/grafana/*" },
    { name: "static", source: "quay.io/loki/loki", target: "docker.io/grafana/loki" },
  ];

  it.each([
    ["docker.io/grafana/loki", "static"],
    ["docker.io/grafana/grafana", "deep"],
    ["docker.io/library/nginx", "all"],
    ["nginx", undefined],
  ])("%s is served by %s", (repository, expected) => {
    expect(servingRule(rules, repository)?.name).toBe(expected);
    expect(servingRule(rules.toReversed(), repository)?.name).toBe(expected);
  });
});

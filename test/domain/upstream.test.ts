import { describe, expect, it } from "vitest";
import { findByAlias, findUpstream, hostMatches } from "../../src/domain/upstream.ts";

describe("hostMatches", () => {
  it.each([
    ["docker.io", "docker.io", true],
    ["docker.io", "registry-1.docker.io", false],
    ["*.pkg.dev", "us-docker.pkg.dev", true],
    ["*.pkg.dev", "a.b.pkg.dev", true],
    ["*.pkg.dev", "pkg.dev", false],
    ["*.pkg.dev", ".pkg.dev", false],
    ["*.pkg.dev", "evilpkg.dev", false],
    ["*.pkg.dev", "evil.example/.pkg.dev", false],
    ["*.pkg.dev", "a@evil.example?.pkg.dev", false],
    ["*.pkg.dev", "-a.pkg.dev", false],
    ["*.pkg.dev", "us-docker.pkg.dev.evil.example", false],
    ["*.pkg.dev", "us-docker.pkg.dev:8443", false],
  ])("%s against %s is %s", (pattern, host, expected) => {
    expect(hostMatches(pattern, host)).toBe(expected);
  });
});

describe("the catalogue", () => {
  it.each([
    ["docker.io", "docker.io"],
    ["contoso.azurecr.io", "*.azurecr.io"],
    ["europe-docker.pkg.dev", "*.pkg.dev"],
    ["eu.gcr.io", "eu.gcr.io"],
    ["registry-1.docker.io", undefined],
    ["gitlab.com", undefined],
  ])("has %s under %s", (host, loginServer) => {
    expect(findUpstream(host)?.loginServer).toBe(loginServer);
  });

  it.each([
    ["index.docker.io", "docker.io"],
    ["registry-1.docker.io", "docker.io"],
    ["k8s.gcr.io", "registry.k8s.io"],
    ["docker.io", undefined],
  ])("knows %s as another spelling of %s", (host, loginServer) => {
    expect(findByAlias(host)?.loginServer).toBe(loginServer);
  });
});

import { describe, expect, it } from "vitest";
import { parseSourcePattern } from "../../src/domain/source-pattern.ts";

describe("parseSourcePattern", () => {
  it.each([
    ["*", "*"],
    ["docker.io/*", "docker.io/*"],
    ["docker.io/library/nginx", "docker.io/library/nginx"],
    ["docker.io/nginx", "docker.io/library/nginx"],
    ["docker.io/bitnami*", "docker.io/bitnami*"],
    ["docker.io/bitnami-*", "docker.io/bitnami-*"],
    ["docker.io/bitnami/red*", "docker.io/bitnami/red*"],
    ["index.docker.io/*", "docker.io/*"],
    ["registry.hub.docker.com/nginx", "docker.io/library/nginx"],
    ["k8s.gcr.io/pause", "registry.k8s.io/pause"],
    ["quay.io/app", "quay.io/app"],
    ["*.azurecr.io/*", "*.azurecr.io/*"],
    ["*.pkg.dev/team/app", "*.pkg.dev/team/app"],
    ["contoso.azurecr.io/team/*", "contoso.azurecr.io/team/*"],
  ])("reads %s as %s", (text, pattern) => {
    expect(parseSourcePattern(text)).toEqual({ ok: true, pattern });
  });

  it.each([
    ["docker.io", 'names no repository: write "docker.io/*"'],
    ["quay.io/", 'names no repository: write "quay.io/*"'],
    ["index.docker.io", 'write "docker.io/*"'],
    ["*.azurecr.io", 'write "*.azurecr.io/*"'],
    ["docker.io/Bitnami/*", 'write "docker.io/bitnami/*"'],
    ["docker.io*", "does not begin with the host of an upstream"],
    ["nginx", "does not begin with the host of an upstream"],
    ["ghcr.oi/*", "docker.io, dhi.io, mcr.microsoft.com"],
    ["*.docker.io/*", "does not begin with the host of an upstream"],
    ["*/nginx", "does not begin with the host of an upstream"],
    ["", "does not begin with the host of an upstream"],
    ["https://docker.io/*", "is a URL"],
    ["docker.io/*/nginx", '"*" before its end'],
    ["docker.io/**", '"*" before its end'],
    ["docker.io/grafana/", 'write "docker.io/grafana/*"'],
    ["docker.io/library/nginx:1.27", "has a tag or digest"],
    ["docker.io/nginx@sha256:0*", "has a tag or digest"],
    ["docker.io//nginx", "no repository can have"],
    ["docker.io/-x*", "no repository can have"],
    ["docker.io/a b", "no repository can have"],
  ])("says what is wrong with %j", (text, problem) => {
    expect(parseSourcePattern(text)).toEqual({
      ok: false,
      problem: expect.stringContaining(problem),
    });
  });
});

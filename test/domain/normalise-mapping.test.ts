import { describe, expect, it } from "vitest";
import { normaliseMapping } from "../../src/domain/normalise-mapping.ts";

const loginServer = "contoso.azurecr.io";

describe("a mapping in ACR's spelling", () => {
  it.each([
    ["docker.io/grafana/*", undefined, "docker.io/grafana/*", "docker.io/grafana/*"],
    ["docker.io/*", "docker.io/*", "docker.io/*", "docker.io/*"],
    ["docker.io/library/nginx", "nginx", "docker.io/library/nginx", "nginx"],
    [
      "quay.io/acm-d/*",
      "acm-d-mce/multicluster-engine/*",
      "quay.io/acm-d/*",
      "acm-d-mce/multicluster-engine/*",
    ],
    ["ghcr.io/linkerd/*", "*", "ghcr.io/linkerd/*", "*"],
    [
      "mcr.microsoft.com/dotnet/sdk",
      "dotnet__sdk/a-b.c",
      "mcr.microsoft.com/dotnet/sdk",
      "dotnet__sdk/a-b.c",
    ],
    [
      "us-docker.pkg.dev/project/repository/image",
      "image",
      "us-docker.pkg.dev/project/repository/image",
      "image",
    ],
  ])("%s at %s", (source, target, expectedSource, expectedTarget) => {
    const form = normaliseMapping({ source, target }, loginServer);

    expect(form).toEqual({
      ok: true,
      mapping: { source: expectedSource, target: expectedTarget },
      notes: [],
    });
  });

  it.each([
    [
      "docker.io/nginx",
      "docker.io/library/nginx",
      '"library/" was added: Docker Hub\'s official images lie under it.',
    ],
    [
      "index.docker.io/grafana/grafana",
      "docker.io/grafana/grafana",
      '"index.docker.io" is written "docker.io" in cache rules.',
    ],
    [
      "k8s.gcr.io/pause",
      "registry.k8s.io/pause",
      '"k8s.gcr.io" is written "registry.k8s.io" in cache rules.',
    ],
  ])("%s becomes %s, and the requester is told", (source, expected, note) => {
    const form = normaliseMapping({ source, target: "x" }, loginServer);

    expect(form).toEqual({ ok: true, mapping: { source: expected, target: "x" }, notes: [note] });
  });
});

describe("a mapping that ACR would not take", () => {
  it.each([
    [
      "docker.io/library/nginx:1.25",
      undefined,
      "SourceHasTag",
      "source",
      'write "docker.io/library/nginx"',
    ],
    ["nginx:1.25", undefined, "SourceHasTag", "source", 'write "nginx"'],
    [
      "docker.io/library/nginx@sha256:abc",
      undefined,
      "SourceHasDigest",
      "source",
      'write "docker.io/library/nginx"',
    ],
    [
      "docker.io/Grafana/grafana",
      undefined,
      "SourceUpperCase",
      "source",
      'write "docker.io/grafana/grafana"',
    ],
    [
      "https://docker.io/grafana/grafana",
      undefined,
      "SourceIsUrl",
      "source",
      '"docker.io/grafana/grafana"',
    ],
    ["docker.io/*/grafana", undefined, "SourceWildcardMisplaced", "source", "whole end of a path"],
    ["docker.io/graf*", undefined, "SourceWildcardMisplaced", "source", "whole end of a path"],
    ["*", "*", "SourceWithoutUpstream", "source", "must start with the upstream's host"],
    ["nginx", undefined, "SourceWithoutUpstream", "source", '"docker.io/library/nginx"'],
    ["grafana/*", undefined, "SourceWithoutUpstream", "source", '"docker.io/grafana/*"'],
    [
      "gitlab.com/group/image",
      undefined,
      "UpstreamNotSupported",
      "source",
      "Supported upstreams: docker.io",
    ],
    ["docker.io", undefined, "SourceMalformed", "source", '"docker.io/*" for everything'],
    ["docker.io/a//b", undefined, "SourceMalformed", "source", '"" in the source'],
    ["docker.io/a/", undefined, "SourceMalformed", "source", "Drop the slash"],
    [
      "https://hub.docker.com/r/grafana/Grafana/",
      undefined,
      "SourceIsUrl",
      "source",
      '"docker.io/grafana/grafana"',
    ],
    [
      "https://hub.docker.com/_/nginx?tab=tags",
      undefined,
      "SourceIsUrl",
      "source",
      '"docker.io/library/nginx"',
    ],
    [
      "hub.docker.com/r/grafana/grafana",
      undefined,
      "SourceIsUrl",
      "source",
      '"docker.io/grafana/grafana"',
    ],
    [
      "https://hub.docker.com/r/grafana/grafana/tags?page=2",
      undefined,
      "SourceIsUrl",
      "source",
      '"docker.io/grafana/grafana"',
    ],
    [
      "https://hub.docker.com/_/nginx/tags",
      undefined,
      "SourceIsUrl",
      "source",
      '"docker.io/library/nginx"',
    ],
    ["docker.io/a/b:1.2@sha256:abc", undefined, "SourceHasDigest", "source", "no digest"],
    [
      "https://user:sekret@localhost:5000/x",
      undefined,
      "SourceHasCredentials",
      "source",
      "take it out",
    ],
    [
      "https://user:se/kret@pw@docker.io/x",
      undefined,
      "SourceHasCredentials",
      "source",
      "take it out",
    ],
    ["docker.io/user:sekret@x", undefined, "SourceHasCredentials", "source", "take it out"],
    ["//user:sekret@docker.io/x", undefined, "SourceHasCredentials", "source", "take it out"],
    ["user:p@ss:sekret@docker.io/x", undefined, "SourceHasCredentials", "source", "take it out"],
    [
      "docker.io/library/nginx",
      "user:sekret@host/nginx",
      "TargetHasCredentials",
      "target",
      "take it out",
    ],
    ["localhost:5000/foo", undefined, "SourceHasPort", "source", '":5000"'],
    ["docker.io:443/grafana/grafana", undefined, "SourceHasPort", "source", "Leave the port out"],
    [
      "user:sekret@docker.io/foo/bar",
      undefined,
      "SourceHasCredentials",
      "source",
      "no user name or password",
    ],
    [
      "https://user:sekret@docker.io/foo/bar",
      undefined,
      "SourceHasCredentials",
      "source",
      "no user name or password",
    ],
    ["docker.io/a b", undefined, "SourceMalformed", "source", '"a b" in the source'],
    ["docker.io/../etc", undefined, "SourceMalformed", "source", '".." in the source'],
    ["docker.io/%2e%2e/x", undefined, "SourceMalformed", "source", '"%2e%2e" in the source'],
    ["docker.io/ｎginx", undefined, "SourceMalformed", "source", "in the source"],
    ["", undefined, "SourceMalformed", "source", '"" in the source'],
    [`docker.io/${"a".repeat(250)}`, undefined, "SourceTooLong", "source", "260 characters"],
    ["docker.io/library/nginx", "nginx:latest", "TargetHasTag", "target", 'write "nginx"'],
    ["docker.io/library/nginx", "Nginx", "TargetUpperCase", "target", 'write "nginx"'],
    [
      "docker.io/library/nginx",
      "contoso.azurecr.io/nginx",
      "TargetHasRegistry",
      "target",
      'write "nginx"',
    ],
    ["docker.io/library/nginx", "/nginx", "TargetMalformed", "target", '"" in the target'],
    ["docker.io/grafana/*", "grafana", "WildcardOnOneSide", "target", 'the target "grafana/*"'],
    [
      "docker.io/grafana/grafana",
      "grafana/*",
      "WildcardOnOneSide",
      "source",
      'the source "docker.io/grafana/grafana/*"',
    ],
  ])("%s at %s: %s", (source, target, code, field, words) => {
    const form = normaliseMapping({ source, target }, loginServer);

    expect(form).toMatchObject({ ok: false, problems: [{ code, target: field }] });
    expect(form.ok ? "" : form.problems[0]?.message).toContain(words);
    expect(JSON.stringify(form)).not.toMatch(/sekret|kret@|user:/);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic, bearerFrom, everyType, upstreamWorld } from "./local-upstream-wire.ts";

let world: Awaited<ReturnType<typeof upstreamWorld>>;
beforeAll(async () => {
  world = await upstreamWorld();
});
afterAll(() => world.close());

const accept = { accept: everyType };

describe("the first answer of each host", () => {
  it.each([
    [
      "registry-1.docker.io",
      401,
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
    ],
    ["dhi.io", 401, 'Bearer realm="https://dhi.io/token",service="dhi.io"'],
    ["ghcr.io", 401, 'Bearer realm="https://ghcr.io/token",service="ghcr.io"'],
    ["quay.io", 401, 'Bearer realm="https://quay.io/v2/auth",service="quay.io"'],
    [
      "public.ecr.aws",
      401,
      'Bearer realm="https://public.ecr.aws/token/",service="public.ecr.aws"',
    ],
    ["gcr.io", 401, 'Bearer realm="https://gcr.io/v2/token",service="gcr.io"'],
    ["eu.gcr.io", 401, 'Bearer realm="https://eu.gcr.io/v2/token",service="eu.gcr.io"'],
    [
      "us-docker.pkg.dev",
      401,
      'Bearer realm="https://us-docker.pkg.dev/v2/token",service="us-docker.pkg.dev"',
    ],
    ["nvcr.io", 401, 'Bearer realm="https://nvcr.io/proxy_auth"'],
    [
      "contoso.azurecr.io",
      401,
      'Bearer realm="https://contoso.azurecr.io/oauth2/token",service="contoso.azurecr.io"',
    ],
    [
      "registry.redhat.io",
      401,
      'Bearer realm="https://registry.redhat.io/auth/realms/rhcc/protocol/redhat-docker-v2/auth",service="docker-registry"',
    ],
    ["mcr.microsoft.com", 200, undefined],
    ["registry.access.redhat.com", 200, undefined],
    ["registry.k8s.io", 200, undefined],
  ])("GET https://%s/v2/ answers %i", async (host, status, challenge) => {
    const reply = await world.ask("GET", `https://${host}/v2/`);

    expect(reply.status).toBe(status);
    expect(reply.headers["www-authenticate"]).toBe(challenge);
    expect(reply.headers["docker-distribution-api-version"]).toBe("registry/2.0");
  });

  it("names the repository in the challenge, nvcr.io inside the realm", async () => {
    const hub = await world.ask(
      "HEAD",
      "https://registry-1.docker.io/v2/grafana/loki/manifests/latest",
    );
    const nvidia = await world.ask("GET", "https://nvcr.io/v2/nvidia/tensorflow/manifests/latest");

    expect(hub.headers["www-authenticate"]).toBe(
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:grafana/loki:pull"',
    );
    expect(nvidia.headers["www-authenticate"]).toBe(
      'Bearer realm="https://nvcr.io/proxy_auth?scope=repository:nvidia/tensorflow:pull,push"',
    );
    expect(nvidia.headers["content-type"]).toBe("text/html");
  });

  it("keeps the port a client used in the realm", async () => {
    const headers = { host: "ghcr.io:4711" };
    const reply = await world.ask("GET", "https://ghcr.io/v2/", { headers });

    expect(reply.headers["www-authenticate"]).toContain('realm="https://ghcr.io:4711/token"');
  });

  it("sends visitors of docker.io to the web site and knows no other hosts", async () => {
    expect((await world.ask("GET", "https://docker.io/v2/")).status).toBe(301);
    const headers = { host: "registry.gitlab.com" };
    expect((await world.ask("GET", "https://docker.io/v2/", { headers })).status).toBe(404);
  });
});

describe("reading a public manifest without a login", () => {
  it.each([
    [
      "registry-1.docker.io/v2/library/nginx",
      "auth.docker.io/token?service=registry.docker.io&scope=repository:library/nginx:pull",
    ],
    ["ghcr.io/v2/owner/app", "ghcr.io/token?service=ghcr.io&scope=repository:owner/app:pull"],
    ["public.ecr.aws/v2/nginx/nginx", "public.ecr.aws/token/?service=public.ecr.aws&scope=aws"],
    ["nvcr.io/v2/nvidia/cuda", "nvcr.io/proxy_auth?scope=repository:nvidia/cuda:pull,push"],
  ])("%s wants the token of %s", async (repository, tokenUrl) => {
    const without = await world.ask("HEAD", `https://${repository}/manifests/latest`, {
      headers: accept,
    });
    const token = await bearerFrom(world.ask, `https://${tokenUrl}`);
    const reply = await world.ask("HEAD", `https://${repository}/manifests/latest`, {
      headers: { ...accept, ...token },
    });

    expect(without.status).toBe(401);
    expect(reply.status).toBe(200);
    expect(reply.headers["docker-content-digest"]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(Number(reply.headers["content-length"])).toBeGreaterThan(0);
    expect(reply.body.length).toBe(0);
  });

  it.each([
    "quay.io/v2/prometheus/node-exporter",
    "gcr.io/v2/distroless/base",
    "mcr.microsoft.com/v2/dotnet/sdk",
    "registry.access.redhat.com/v2/ubi9/ubi",
  ])("%s needs no token", async (repository) => {
    const reply = await world.ask("HEAD", `https://${repository}/manifests/latest`, {
      headers: accept,
    });

    expect(reply.status).toBe(200);
  });

  it("registry.k8s.io sends the caller to a region, which answers without a token", async () => {
    const reply = await world.ask("GET", "https://registry.k8s.io/v2/pause/manifests/latest");
    const location = String(reply.headers.location);

    expect(reply.status).toBe(307);
    expect(location).toBe(
      "https://europe-west1-docker.pkg.dev/v2/k8s-artifacts-prod/images/pause/manifests/latest",
    );
    expect((await world.ask("GET", location, { headers: accept })).status).toBe(200);
    expect(
      (await world.ask("DELETE", "https://registry.k8s.io/v2/pause/manifests/latest")).status,
    ).toBe(405);
    expect((await world.ask("GET", "https://registry.k8s.io/v2/_catalog")).status).toBe(404);
  });

  it.each(["us-docker.pkg.dev", "contoso.azurecr.io", "registry.redhat.io", "dhi.io"])(
    "%s gives no token to nobody",
    async (host) => {
      const first = await world.ask("GET", `https://${host}/v2/team/app/manifests/latest`);
      const realm = /realm="([^"]*)"/.exec(String(first.headers["www-authenticate"]))?.[1];

      expect((await world.ask("GET", `${realm}?scope=repository:team/app:pull`)).status).toBe(401);
    },
  );
});

describe("private and absent repositories", () => {
  it.each(["owner/private-app", "owner/absent-app"])(
    "docker.io gives %s a token that opens nothing, then 401",
    async (name) => {
      const scope = `repository:${name}:pull`;
      const url = `https://auth.docker.io/token?service=registry.docker.io&scope=${scope}`;
      const headers = await bearerFrom(world.ask, url);
      const reply = await world.ask("GET", `https://registry-1.docker.io/v2/${name}/tags/list`, {
        headers,
      });

      expect(reply.status).toBe(401);
      expect(reply.headers["www-authenticate"]).toContain('error="insufficient_scope"');
      expect(JSON.parse(reply.body.toString())).toEqual({
        errors: [
          {
            code: "UNAUTHORIZED",
            message: "authentication required",
            detail: [{ Type: "repository", Class: "", Name: name, Action: "pull" }],
          },
        ],
      });
    },
  );

  it.each(["owner/private-app", "owner/absent-app"])(
    "ghcr.io refuses a token for %s",
    async (name) => {
      const reply = await world.ask(
        "GET",
        `https://ghcr.io/token?service=ghcr.io&scope=repository:${name}:pull`,
      );

      expect(reply.status).toBe(401);
    },
  );

  it("ghcr.io opens every public repository with one anonymous token, and a private one to a login", async () => {
    const token = "https://ghcr.io/token?service=ghcr.io&scope=repository:";
    const anonymous = await bearerFrom(world.ask, `${token}owner/app:pull`);
    const signedIn = await bearerFrom(world.ask, `${token}owner/private-app:pull`, "me:secret");
    const tags = (name: string, headers: Record<string, string>) =>
      world.ask("GET", `https://ghcr.io/v2/owner/${name}/tags/list`, { headers });

    expect((await tags("other", anonymous)).status).toBe(200);
    expect((await tags("private-app", anonymous)).status).toBe(403);
    expect((await tags("private-app", signedIn)).status).toBe(200);
  });

  it("mcr.microsoft.com says 404 of what is absent", async () => {
    const reply = await world.ask("GET", "https://mcr.microsoft.com/v2/missing/manifests/latest");

    expect(reply.status).toBe(404);
    expect(reply.body.toString()).toContain('"NAME_UNKNOWN"');
  });

  it("refuses a wrong password", async () => {
    const headers = { authorization: basic("me:wrong") };
    const reply = await world.ask("GET", "https://quay.io/v2/auth?service=quay.io", { headers });

    expect(reply.status).toBe(401);
    expect(reply.body.toString()).toContain("incorrect username or password");
  });
});

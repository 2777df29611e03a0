import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { everyType, upstreamWorld } from "./local-upstream-wire.ts";

let world: Awaited<ReturnType<typeof upstreamWorld>>;
beforeEach(async () => {
  world = await upstreamWorld();
  world.hub.addAccount({ username: "team", password: "pass", plan: "personal" });
});
afterEach(() => world.close());

const login = { username: "team", password: "pass" };
const pull = (upstream: string, path: string, as?: typeof login, method: "GET" | "HEAD" = "GET") =>
  world.side.pull(upstream, method, path, everyType, as);

describe("pull", () => {
  it.each([
    ["docker.io", "library/nginx"],
    ["ghcr.io", "owner/app"],
    ["quay.io", "prometheus/alertmanager"],
    ["mcr.microsoft.com", "dotnet/runtime"],
    ["public.ecr.aws", "nginx/nginx"],
    ["registry.k8s.io", "pause"],
    ["gcr.io", "distroless/static"],
    ["nvcr.io", "nvidia/cuda"],
  ])("reads %s/%s without a login", async (upstream, repository) => {
    const pushed = world.side.push(`${upstream}/${repository}:v9`);
    const answer = await pull(upstream, `${repository}/manifests/v9`);

    expect(answer.status).toBe(200);
    expect(answer.headers?.["Docker-Content-Digest"]).toBe(pushed);
    expect(JSON.parse(answer.body.toString()).manifests).toHaveLength(3);
  });

  it.each([
    ["docker.io", "team/private-app"],
    ["ghcr.io", "owner/private-app"],
    ["quay.io", "team/private-app"],
    ["gcr.io", "team/private-app"],
    ["us-docker.pkg.dev", "project/repo/app"],
    ["fabrikam.azurecr.io", "app"],
    ["registry.redhat.io", "ubi9/ubi"],
    ["dhi.io", "python"],
  ])("reads %s/%s with a login only", async (upstream, repository) => {
    const path = `${repository}/manifests/latest`;

    expect((await pull(upstream, path, login)).status).toBe(200);
    expect((await pull(upstream, path)).status).toBeGreaterThanOrEqual(401);
    expect((await pull(upstream, path, { username: "team", password: "wrong" })).status).toBe(401);
  });

  it("is counted like requests over the wire, and spends the account's pulls", async () => {
    const answer = await pull("docker.io", "library/nginx/manifests/latest", login);

    expect(answer.headers?.["ratelimit-remaining"]).toBe("199;w=21600");
    expect(world.log.counts()).toEqual({
      "registry-1.docker.io": { "GET /v2/{repository}/manifests/{reference}": 2 },
      "auth.docker.io": { "GET /token": 1 },
    });
  });

  it("answers a HEAD without a body", async () => {
    const answer = await pull("quay.io", "a/b/manifests/latest", undefined, "HEAD");

    expect([answer.status, answer.body.length]).toEqual([200, 0]);
  });

  it.each([
    ["registry-1.docker.io", "invalid-token-once", 1, 200],
    ["registry-1.docker.io", "invalid-token-once", undefined, 401],
    ["registry-1.docker.io", "hostile-realm", 1, 401],
    ["registry-1.docker.io", "hostile-redirect", 1, 307],
    ["registry-1.docker.io", "relative-realm", 1, 200],
    ["registry-1.docker.io", "429", 1, 429],
    ["auth.docker.io", "503", 1, 503],
    ["auth.docker.io", "drop", 1, 502],
    ["registry-1.docker.io", "lose", 1, 502],
    ["docker.io", "tag-gone", 1, 404],
  ])("at %s with fault %s (%s times) ends with %i", async (where, kind, times, status) => {
    world.faults.add({ where, kind, times });

    expect((await pull("docker.io", "library/nginx/manifests/latest", login)).status).toBe(status);
  });

  it("says 502 of an upstream that does not exist", async () => {
    expect((await pull("registry.gitlab.com", "a/b/manifests/latest")).status).toBe(502);
  });
});

describe("accepts", () => {
  it.each([
    ["docker.io", "pass", "yes"],
    ["docker.io", "other", "no"],
    ["ghcr.io", "anything", "yes"],
    ["ghcr.io", "wrong", "no"],
    ["mcr.microsoft.com", "pass", "unasked"],
    ["registry.gitlab.com", "pass", "unasked"],
  ])("%s answers password %s: %s", async (upstream, password, expected) => {
    expect(await world.side.accepts(upstream, { username: "team", password })).toBe(expected);
  });

  it("is unasked when the token service is down", async () => {
    world.faults.add({ where: "auth.docker.io", kind: "500" });

    expect(await world.side.accepts("docker.io", login)).toBe("unasked");
  });
});

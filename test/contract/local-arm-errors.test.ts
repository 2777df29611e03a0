import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addRule, askArm, codeOf, registryStage, type Stage, vaultUrl } from "./local-acr-stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await registryStage();
  addRule(stage, "docker.io/library/nginx", "static/nginx");
  addRule(stage, "docker.io/team/*", "wild/team/*");
  const image = { bytes: Buffer.from("{}"), mediaType: "x/y", tag: "v1" };
  stage.registry.storage.put("exists/already", image);
});
afterAll(() => stage.close());

const put = (name: string, source: string, target: string, set: string | null = "docker-hub") =>
  askArm(stage, "PUT", `${stage.base}/cacheRules/${name}`, {
    properties: {
      sourceRepository: source,
      targetRepository: target,
      ...(set && { credentialSetResourceId: `${stage.base}/credentialSets/${set}` }),
    },
  });

describe("PUT of a cache rule", () => {
  it.each([
    ["docker.io/a/b", "new/b", null, 400, "EnforceDockerAuthentication"],
    ["dhi.io/a/b", "new/b", null, 400, "sim:EnforceSourceAuthentication"],
    ["gitlab.com/a/b", "new/b", null, 400, "UpstreamNotSupported"],
    ["quay.io/A/b", "new/b", null, 400, "sim:InvalidRepositoryName"],
    ["quay.io/a/b:latest", "new/b", null, 400, "sim:InvalidRepositoryName"],
    ["quay.io/a/b", "new/b:v1", null, 400, "sim:InvalidRepositoryName"],
    ["quay.io", "new/b", null, 400, "sim:InvalidRepositoryName"],
    ["quay.io/a/*", "new/b", null, 400, "sim:WildcardNotAllowed"],
    ["quay.io/a/b*", "new/b*", null, 400, "sim:WildcardNotAllowed"],
    ["quay.io/*/b", "new/*", null, 400, "sim:WildcardNotAllowed"],
    ["quay.io/a/b", "new/b", "nobody", 400, "sim:CredentialSetNotFound"],
    ["quay.io/a/b", "static/nginx", null, 409, "sim:TargetRepositoryInUse"],
    ["quay.io/a/*", "wild/team/*", null, 409, "sim:TargetRepositoryOverlaps"],
    ["quay.io/a/*", "wild/team/sub/*", null, 409, "sim:TargetRepositoryOverlaps"],
    ["quay.io/a/*", "wild/*", null, 409, "sim:TargetRepositoryOverlaps"],
    ["quay.io/a/b", "exists/already", null, 409, "sim:TargetRepositoryExists"],
    ["quay.io/a/*", "exists/*", null, 400, "TargetRepositoryPrefixMatchesExistingRegistries"],
  ] as const)("%s -> %s with set %s: %i %s", async (source, target, set, status, code) => {
    const answer = await put("new-rule", source, target, set);

    expect([answer.status, await codeOf(answer)]).toEqual([status, code]);
    expect(stage.registry.rules.get("new-rule")).toBeUndefined();
  });

  it.each([
    ["beside-team", "quay.io/a/*", "wild/team2/*"],
    ["inside-wild", "docker.io/team/app", "wild/team/app"],
    ["mcr-with-set", "mcr.microsoft.com/dotnet/sdk", "dotnet/sdk"],
    ["no-set-needed", "ghcr.io/a/b", "ghcr/b"],
  ])("%s is taken", async (name, source, target) => {
    expect((await put(name, source, target)).status).toBe(201);
  });

  it.each(["four", "with_underscore", "x".repeat(51)])("refuses the name %s", async (name) => {
    const answer = await put(name, "quay.io/a/b", "new/b", null);

    expect([answer.status, await codeOf(answer)]).toEqual([400, "sim:InvalidResourceName"]);
  });

  it("repeats, but does not map anew unless that is switched on", async () => {
    await put("repeat-me", "quay.io/re/peat", "re/peat", null);

    const same = await put("repeat-me", "quay.io/re/peat", "re/peat", null);
    const other = await put("repeat-me", "quay.io/re/peat2", "re/peat", null);
    stage.registry.configure({ putMayRemap: true });
    const allowed = await put("repeat-me", "quay.io/re/peat2", "re/peat", null);

    expect(same.status).toBe(201);
    expect([other.status, await codeOf(other)]).toEqual([409, "sim:MappingImmutable"]);
    expect(allowed.status).toBe(201);
  });

  it("stops at 1,000 rules", async () => {
    const crowded = await registryStage();
    for (let n = 0; n < 1000; n += 1) addRule(crowded, `quay.io/n/r${n}`, `n/r${n}`);

    const answer = await askArm(crowded, "PUT", `${crowded.base}/cacheRules/one-more`, {
      properties: { sourceRepository: "quay.io/a/b", targetRepository: "new/b" },
    });
    await crowded.close();

    expect([answer.status, await codeOf(answer)]).toEqual([409, "sim:CacheRuleLimitReached"]);
  });
});

describe("other refusals", () => {
  it("names the supported upstreams when a credential set has another", async () => {
    const secret = `${vaultUrl}/s`;
    const answer = await askArm(stage, "PUT", `${stage.base}/credentialSets/elsewhere`, {
      identity: { type: "SystemAssigned" },
      properties: {
        loginServer: "cgr.dev",
        authCredentials: [{ usernameSecretIdentifier: secret, passwordSecretIdentifier: secret }],
      },
    });
    const { error } = (await answer.json()) as { error: { code: string; message: string } };

    expect([answer.status, error.code]).toEqual([400, "UpstreamNotSupported"]);
    expect(error.message).toMatch(
      /^Unsupported upstream or login server 'cgr\.dev' provided\. Supported upstreams or login servers are: docker\.io, /,
    );
  });

  it.each([
    ["", 400, "MissingApiVersionParameter"],
    ["?api-version=2020-01-01", 400, "NoRegisteredProviderFound"],
  ])("api-version '%s': %i %s", async (query, status, code) => {
    const { identity, arm, base } = stage;
    const token = identity.issue(identity.appPrincipalId, arm);
    const headers = { authorization: `Bearer ${token}` };

    const answer = await fetch(`${arm}${base}${query}`, { headers });

    expect([answer.status, await codeOf(answer)]).toEqual([status, code]);
  });

  it.each([
    ["GET", "/cacheRules/nobody", 404, "ResourceNotFound"],
    ["PATCH", "/cacheRules/nobody", 404, "ResourceNotFound"],
    ["GET", "/credentialSets/nobody", 404, "ResourceNotFound"],
    ["POST", "/cacheRules", 405, "MethodNotAllowed"],
  ])("%s %s: %i %s", async (method, path, status, code) => {
    const body = method === "PATCH" ? {} : undefined;

    const answer = await askArm(stage, method, `${stage.base}${path}`, body);

    expect([answer.status, await codeOf(answer)]).toEqual([status, code]);
  });

  it.each([
    ["/myRegistry", "/other", 404, "ResourceNotFound"],
    ["myResourceGroup", "other", 404, "ResourceGroupNotFound"],
    ["/subscriptions/0", "/subscriptions/1", 404, "SubscriptionNotFound"],
  ])("with %s instead of %s: %i %s", async (right, wrong, status, code) => {
    const answer = await askArm(stage, "GET", `${stage.base}/cacheRules`.replace(right, wrong));

    expect([answer.status, await codeOf(answer)]).toEqual([status, code]);
  });

  it.each([
    [undefined, "AuthenticationFailed"],
    ["Bearer x.y.z", "InvalidAuthenticationToken"],
  ])("with the authorization %s: 401 %s", async (authorization, code) => {
    const headers = authorization ? { authorization } : {};

    const answer = await fetch(`${stage.arm}${stage.base}?api-version=2025-11-01`, { headers });

    expect([answer.status, await codeOf(answer)]).toEqual([401, code]);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer authorization_uri=/);
  });
});

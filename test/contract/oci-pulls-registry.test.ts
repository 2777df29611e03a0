import { beforeEach, describe, expect, it } from "vitest";
import type { Login } from "../../src/domain/ports.ts";
import type { Pulls } from "../../src/domain/refresh-ports.ts";
import { secret } from "../../src/domain/secret.ts";
import { registryPulls } from "../../src/oci/registry-pulls.ts";
import { pulling } from "./local-acr-pulling.ts";

/* Pulls through the stand-in's registry, over real sockets, as nobody and as Larder's own identity. */

const world = pulling();

/** A docker login with a refresh token of the registry's, as src/azure makes it. */
async function entraLogin(): Promise<Login> {
  const { acr, identity } = world.stage;
  const entra = identity.issue("larder", "https://containerregistry.azure.net");
  const body = new URLSearchParams({
    grant_type: "access_token",
    service: acr.replace("https://", ""),
    access_token: entra,
  });
  const answer = await fetch(`${acr}/oauth2/exchange`, { method: "POST", body });
  const { refresh_token: token } = (await answer.json()) as { refresh_token: string };
  return { username: secret("00000000-0000-0000-0000-000000000000"), password: secret(token) };
}

let logins = 0;
const door = (login: () => Promise<Login | undefined>) =>
  registryPulls({
    loginServer: async () => world.stage.registry.loginServer(),
    login: () => {
      logins += 1;
      return login();
    },
    timeoutSeconds: 10,
  });
/** Requests to the registry since the log was cleared, by endpoint. */
const asked = () => world.stage.log.counts()["acr"] ?? {};

describe.each([
  { who: "nobody", login: async () => undefined, anonymousPull: true, needed: 1 },
  { who: "Larder", login: entraLogin, anonymousPull: false, needed: 2 },
])("pulls by $who", ({ login, anonymousPull, needed }) => {
  let pulls: Pulls;
  beforeEach(() => {
    logins = 0;
    world.stage.registry.configure({ anonymousPull, rateLimits: "off" });
    pulls = door(login);
  });
  const get = (reference: string) => pulls.get("contoso", world.repository, reference);
  const head = (reference: string) => pulls.head("contoso", world.repository, reference);

  it("come from upstream until they are imported", async () => {
    const digest = world.push();

    const first = await get("latest");
    await world.stage.plane.settled();
    const second = await get("latest");

    expect(first).toMatchObject({ kind: "answered", digest, fromUpstream: true });
    expect(second).toEqual({ ...first, fromUpstream: false });
  });

  it("tell what is in an index, platform by platform", async () => {
    world.stage.upstream.push(`docker.io/${world.image}:latest`, ["linux/amd64", "linux/arm64/v8"]);

    const pulled = await get("latest");
    const children = pulled.kind === "answered" ? (pulled.content?.children ?? []) : [];

    expect(children.map(({ platform }) => platform)).toEqual(["linux/amd64", "linux/arm64/v8"]);
    for (const { digest } of children) {
      expect(await get(digest)).toMatchObject({
        kind: "answered",
        digest,
        content: { children: [] },
      });
    }
  });

  it("by HEAD tell the digest alone", async () => {
    const digest = world.push();

    expect(await head("latest")).toEqual({ kind: "answered", digest, fromUpstream: true });
    expect(await head(digest)).toEqual({ kind: "answered", digest, fromUpstream: true });
  });

  it("of what nobody has are absent", async () => {
    world.push();
    const server = world.stage.registry.loginServer();

    expect(await get("no-such-tag")).toEqual({
      kind: "absent",
      message: `${server} answered 404 (MANIFEST_UNKNOWN) to GET ${world.repository}:no-such-tag.`,
    });
    expect((await head("no-such-tag")).kind).toBe("absent");
  });

  it("cost one token a repository", async () => {
    world.push();
    await get("latest");
    world.stage.log.clear();

    await Promise.all(["latest", "1", "2", "3", "latest"].map(head));

    expect(Object.keys(asked())).toEqual(["HEAD /v2/{repository}/manifests/{reference}"]);
    expect(logins).toBe(1);
  });

  it.each([
    ["source-unauthorized", "401 (UNAUTHORIZED)"],
    ["source-throttled", "429 (TOOMANYREQUESTS)"],
    ["source-failed", "424 (UNKNOWN)"],
    ["source-bad-gateway", "502"],
    ["503", "503 (UNKNOWN)"],
  ])("under %s are not answered, and tell no more than the status", async (kind, said) => {
    world.push();
    await head("latest");
    world.stage.log.clear();
    world.stage.faults.add({ where: "acr", kind });

    expect(await get("latest")).toEqual({
      kind: "couldNotAsk",
      message: `${world.stage.registry.loginServer()} answered ${said} to GET ${world.repository}:latest.`,
    });
    expect(Object.keys(asked())).toEqual(["GET /v2/{repository}/manifests/{reference}"]);
  });

  it("wait as long as the registry says", async () => {
    world.push();
    world.stage.faults.add({ where: "acr", kind: "429", match: "manifests", retryAfter: 42 });

    const pulled = await get("latest");

    expect(pulled).toMatchObject({ kind: "couldNotAsk", retryAfterSeconds: 42 });
  });

  it.each(["drop", "lose"])("under %s are not answered", async (kind) => {
    world.push();
    world.stage.faults.add({ where: "acr", kind });

    expect(await get("latest")).toMatchObject({ kind: "couldNotAsk" });
  });

  it("go on when tokens expire, the login's included", async () => {
    const digest = world.push();
    await head("latest");
    world.stage.clock.advance(4 * 3600);

    expect(await head("latest")).toMatchObject({ kind: "answered", digest });
    expect(logins).toBe(needed);
  });
});

describe("a registry that wants a login", () => {
  it("does not answer nobody", async () => {
    world.push();
    world.stage.registry.configure({ anonymousPull: false });

    const pulled = await door(async () => undefined).get("contoso", world.repository, "latest");

    expect(pulled).toMatchObject({ kind: "couldNotAsk", message: expect.stringContaining("401") });
  });

  it("does not answer an identity without the right", async () => {
    world.push();
    world.stage.registry.configure({ anonymousPull: false, rights: { larder: ["metadata_read"] } });

    const pulled = await door(entraLogin).get("contoso", world.repository, "latest");
    world.stage.registry.configure({ rights: {} });

    expect(pulled).toEqual({
      kind: "couldNotAsk",
      message: `${world.stage.registry.loginServer()} answered 401 (UNAUTHORIZED) to GET ${world.repository}:latest.`,
    });
  });
});

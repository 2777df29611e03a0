import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type StandIn, startStandIn } from "../local/stand-in.ts";
import { type Reply, request } from "./local-request.ts";

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn.close());
beforeEach(() => {
  standIn.faults.clear();
  standIn.log.clear();
});

const call = (method: string, path: string, body?: unknown): Promise<Reply> =>
  request(standIn.urls.control + path, {
    method,
    body: typeof body === "string" || body === undefined ? body : JSON.stringify(body),
  });
const get = (url: string) => request(url, { ca: standIn.ca });
const token = (audience: string) => ({
  authorization: `Bearer ${standIn.identity.issue(standIn.identity.appPrincipalId, audience)}`,
});
const secretNames = () =>
  request(`${standIn.urls.vault}/secrets?api-version=7.5`, {
    ca: standIn.ca,
    headers: token("https://vault.azure.net"),
  });

describe("what it understands", () => {
  it("lists its calls and the kinds of faults", async () => {
    const { status, json } = await call("GET", "/");
    expect(status).toBe(200);
    expect(json).toMatchObject({
      faults: {
        everywhere: { drop: expect.any(String) },
        upstream: { "pull-limit": expect.any(String) },
      },
    });
    expect((json as { calls: string[] }).calls).toContain(
      "POST /upstream/push: {image, platforms?} moves or makes a tag upstream; answers {digest}",
    );
  });

  it.each([
    ["GET", "/nothing", undefined, 404],
    ["PUT", "/faults", undefined, 405],
    ["POST", "/state", undefined, 405],
    ["POST", "/upstream/push", "", 400],
    ["POST", "/upstream/push", "{", 400],
    ["POST", "/upstream/push", {}, 400],
    ["POST", "/upstream/push", { image: "docker.io/library/a:1", platform: ["linux/amd64"] }, 400],
    ["POST", "/upstream/push", { image: "docker.io/library/a:1", platforms: ["amd64"] }, 400],
    ["POST", "/upstream/push", { image: "unknown.example/a:1" }, 400],
    ["POST", "/faults", { where: "arn", kind: "429" }, 400],
    ["POST", "/faults", { where: "arm", kind: "explode" }, 400],
    ["POST", "/faults", { where: "arm", kind: "429", match: "(" }, 400],
    ["POST", "/faults", { where: "arm", kind: "429", times: 0 }, 400],
    ["POST", "/registries", { name: "with-hyphen" }, 400],
    ["POST", "/registries", { name: "LarderDev" }, 400],
    ["POST", "/switches", {}, 400],
    ["POST", "/switches", { tagMode: "sticky" }, 400],
    ["POST", "/switches", { registry: "nosuchone", tagMode: "sticky" }, 400],
    ["POST", "/switches", { registry: "larderdev", tagMode: "often" }, 400],
    ["POST", "/clock", { advanceSeconds: -1 }, 400],
    ["POST", "/grants", { principalId: "p" }, 400],
    ["POST", "/subscriptions", { name: "s", endpoint: "x", schema: "EventGridSchema" }, 400],
  ])("refuses %s %s %j with %i and a reason", async (method, path, body, status) => {
    const reply = await call(method, path, body);
    expect(reply.status).toBe(status);
    expect(reply.json).toMatchObject({
      error: { code: expect.any(String), message: expect.stringMatching(/.{10}/) },
    });
  });

  it("names what a path does take", async () => {
    expect((await call("PUT", "/faults")).headers["allow"]).toBe("GET, POST, DELETE");
  });
});

describe("upstream", () => {
  it("moves a tag and says the digest that the registry then serves", async () => {
    const image = "docker.io/library/moving:1";
    const first = (await call("POST", "/upstream/push", { image })).json as { digest: string };
    const second = (await call("POST", "/upstream/push", { image, platforms: ["linux/amd64"] }))
      .json as { digest: string };
    const { headers } = await standIn.upstream.pull(
      "docker.io",
      "HEAD",
      "library/moving/manifests/1",
      "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json",
      undefined,
    );

    expect(first.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(second.digest).not.toBe(first.digest);
    expect(headers?.["Docker-Content-Digest"]).toBe(second.digest);
  });
});

describe("faults", () => {
  it("hit the requests they match, as often as asked, and are gone when deleted", async () => {
    const fault = { where: "vault", match: "GET /secrets\\?", kind: 503, times: 1, retryAfter: 7 };
    expect((await call("POST", "/faults", fault)).status).toBe(201);
    await call("POST", "/faults", { where: "vault", match: "^PUT ", kind: "drop" });
    const hit = await secretNames();

    expect(hit.status).toBe(503);
    expect(hit.headers["retry-after"]).toBe("7");
    expect((await secretNames()).status).toBe(200);
    expect((await call("GET", "/faults")).json).toEqual({
      faults: [{ where: "vault", match: "^PUT ", kind: "drop" }],
    });
    expect((await call("DELETE", "/faults")).status).toBe(204);
    expect((await call("GET", "/faults")).json).toEqual({ faults: [] });
  });

  it("can close the connection", async () => {
    await call("POST", "/faults", { where: "vault", kind: "drop" });
    await expect(secretNames()).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  it("are foreseen by a listener, which may close the connection before anything is done or counted", async () => {
    const seen: string[] = [];
    const stop = standIn.faults.before((service, { path }) => seen.push(service + path) === 1);
    await expect(secretNames()).rejects.toThrow(/socket hang up|ECONNRESET/);
    await secretNames();
    stop();
    await secretNames();

    expect(seen).toEqual(["vault/secrets", "vault/secrets"]);
    expect((await call("GET", "/requests")).json).toEqual({ vault: { "GET /secrets": 2 } });
  });
});

describe("requests", () => {
  it("are counted by host and endpoint until deleted, without those of control itself", async () => {
    await secretNames();
    await secretNames();
    await call("GET", "/state");
    expect((await call("GET", "/requests")).json).toEqual({ vault: { "GET /secrets": 2 } });
    await call("DELETE", "/requests");
    expect((await call("GET", "/requests")).json).toEqual({});
  });
});

describe("state", () => {
  it("shows what the services hold and no secret", async () => {
    const { text, json } = await call("GET", "/state");
    const hub = standIn.vault.reader;
    hub.grant("reader", "docker-hub-token");
    const held = hub.readAs("reader", `${standIn.urls.vault}/secrets/docker-hub-token`);

    expect(json).toMatchObject({
      registries: [{ name: "larderdev" }],
      dockerHub: { tokens: [{ is_active: true }] },
    });
    expect(held).toHaveProperty("value");
    expect(text).not.toContain("value" in held ? held.value : "dckr_pat");
  });
});

describe("registries and switches", () => {
  it("starts another registry, with a data plane of its own", async () => {
    const { status, json } = await call("POST", "/registries", { name: "Second1" });
    const { name, loginServer } = json as { name: string; loginServer: string };

    expect(status).toBe(201);
    expect(name).toBe("Second1");
    expect(loginServer).not.toBe(standIn.registries[0]?.loginServer());
    expect((await get(`https://${loginServer}/v2/`)).status).toBe(401);
  });

  it("changes modes at run time and shows them", async () => {
    const change = {
      registry: "larderdev",
      tagMode: "sticky",
      dockerHub: { maxTokens: 3 },
      events: { duplicate: true },
    };
    expect((await call("POST", "/switches", change)).json).toMatchObject({
      registry: { tagMode: "sticky", tagTtlSeconds: 300 },
      dockerHub: { maxTokens: 3 },
      events: { duplicate: true },
    });
    expect(standIn.registries[0]?.switches().tagMode).toBe("sticky");
    expect(standIn.hub.knobs.maxTokens).toBe(3);
    await call("POST", "/switches", { dockerHub: { maxTokens: null } });
    expect(standIn.hub.knobs.maxTokens).toBeUndefined();
  });

  it("moves the clock without ending anybody's token", async () => {
    const headers = token("https://vault.azure.net");
    const before = standIn.clock.now();
    await call("POST", "/clock", { advanceSeconds: 3 * 86_400 });
    const url = `${standIn.urls.vault}/secrets?api-version=7.5`;

    expect(standIn.clock.now() - before).toBeGreaterThanOrEqual(3 * 86_400_000);
    expect((await request(url, { ca: standIn.ca, headers })).status).toBe(200);
  });

  it("grants and takes back the right to read a secret", async () => {
    const url = `${standIn.urls.vault}/secrets/docker-hub-username`;
    const read = () => standIn.vault.reader.readAs("someone", url);
    const grant = { principalId: "someone", secret: "docker-hub-username" };
    await call("POST", "/grants", grant);
    expect(read()).toEqual({ value: "larderbot" });
    await call("DELETE", "/grants", grant);
    expect(read()).toHaveProperty("forbidden");
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { convergeRule } from "../../src/jobs/converge-rule.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { undocumented } from "./document.ts";
import { type Heard, type Served, serve } from "./serve.ts";

const rules = "/api/registries/contoso/rules";
const grafana = { source: "docker.io/grafana/*", target: "grafana/*" };

let ports: FakePorts;
let served: Served;

beforeEach(async () => {
  ports = fakePorts();
  served = await serve(() => ports);
});
afterEach(() => served.close());

/** A body that must be as the description says. */
function described(operationId: string, { status, json }: Heard): unknown {
  expect(undocumented(operationId, status, json)).toBe("");
  return json;
}

async function work(): Promise<void> {
  for (const message of ports.queue.take()) await convergeRule(ports, message, false);
}

const put = (name = "grafana", body: object = grafana, headers = {}) =>
  served.call("PUT", `${rules}/${name}`, { body, headers });

describe("requesting a rule", () => {
  it("is 201 with the rule, its ETag and the way to its operation", async () => {
    const heard = await put();

    expect(heard.status).toBe(201);
    expect(described("putRule", heard)).toMatchObject({
      id: "/registries/contoso/rules/grafana",
      name: "grafana",
      source: "docker.io/grafana/*",
      target: "grafana/*",
      credentialSet: "docker-hub",
      status: "requested",
      requestedBy: "function key",
      etag: heard.headers.get("ETag"),
      pull: "docker pull contoso.azurecr.io/grafana/<repository>",
    });
    expect(heard.headers.get("Operation-Location")).toBe(
      `${served.url}/api/operations/${(heard.json as { operationId: string }).operationId}?api-version=2026-11-01`,
    );
    expect(heard.headers.get("Retry-After")).toBe("2");
  });

  it("is 200 the second time, and 409 with another mapping", async () => {
    await put();

    expect((await put()).status).toBe(200);
    const other = await put("grafana", { source: "docker.io/grafana/*", target: "dashboards/*" });
    expect(other.status).toBe(409);
    expect(described("putRule", other)).toMatchObject({
      error: { code: "RuleExistsWithOtherMapping", target: "name" },
    });
    expect(other.headers.get("x-ms-error-code")).toBe("RuleExistsWithOtherMapping");
  });

  it("derives the same name from the same source when it is posted", async () => {
    const first = await served.call("POST", rules, { body: grafana });
    const second = await served.call("POST", rules, { body: grafana });

    expect([first.status, second.status]).toEqual([201, 200]);
    expect(described("postRule", first)).toHaveProperty("name");
    expect((second.json as { name: string }).name).toBe((first.json as { name: string }).name);
  });

  it("keeps an expiry with an offset as UTC", async () => {
    const heard = await put("grafana", { ...grafana, expiresOn: "2027-01-01T01:00:00+01:00" });

    expect(heard.json).toMatchObject({ expiresOn: "2027-01-01T00:00:00.000Z" });
  });

  it("honours If-None-Match and If-Match", async () => {
    const absent = await put("grafana", grafana, { "If-Match": "*" });
    const first = await put("grafana", grafana, { "If-None-Match": "*" });
    const again = await put("grafana", grafana, { "If-None-Match": "*" });
    const wrong = await put("grafana", grafana, { "If-Match": '"other"' });
    const right = await put("grafana", grafana, { "If-Match": first.headers.get("ETag") ?? "" });

    expect([absent, first, again, wrong, right].map(({ status }) => status)).toEqual([
      412, 201, 412, 412, 200,
    ]);
  });

  it("does not take over a rule of ARM's own under If-None-Match", async () => {
    ports.arm.put("contoso", { name: "grafana", ...grafana, credentialSet: "docker-hub" });

    expect((await put("grafana", grafana, { "If-None-Match": "*" })).status).toBe(412);
    expect(ports.table.texts()).toEqual([]);
  });

  it("is 404 for a registry that is not served", async () => {
    const heard = await served.call("PUT", "/api/registries/nobody/rules/grafana", {
      body: grafana,
    });

    expect([heard.status, heard.headers.get("x-ms-error-code")]).toEqual([404, "RegistryNotFound"]);
  });
});

describe("a rule that exists", () => {
  it("shows what ARM has once it is made, and the operation has succeeded", async () => {
    const heard = await put();
    const operation = heard.headers.get("Operation-Location")?.slice(served.url.length) ?? "";
    const before = await served.call("GET", operation);
    await work();
    const after = await served.call("GET", operation);
    const read = await served.call("GET", `${rules}/GRAFANA`);

    expect(described("getOperation", before)).toMatchObject({ status: "NotStarted" });
    expect(before.headers.get("Retry-After")).toBe("2");
    expect(described("getOperation", after)).toMatchObject({
      kind: "createRule",
      status: "Succeeded",
      resource: "/registries/contoso/rules/grafana",
    });
    expect(after.headers.get("Retry-After")).toBeNull();
    expect(described("getRule", read)).toMatchObject({
      status: "active",
      live: { provisioningState: "Succeeded", credentialSet: "docker-hub" },
    });
  });

  it("tells in the failed operation what to do", async () => {
    const heard = await put();
    ports.arm.next({ kind: "fails", code: "AuthorizationFailed", message: "Not allowed." });
    await work();
    const path = heard.headers.get("Operation-Location")?.slice(served.url.length) ?? "";
    const operation = await served.call("GET", path);

    expect(described("getOperation", operation)).toMatchObject({
      status: "Failed",
      error: {
        code: "AuthorizationFailed",
        message: expect.stringContaining("Give Larder's identity"),
      },
    });
    expect(described("getRule", await served.call("GET", `${rules}/grafana`))).toMatchObject({
      status: "failed",
      failure: { code: "AuthorizationFailed", remedy: expect.stringContaining("ask again") },
    });
  });

  it("is changed at once, or by way of ARM, and only in the state named", async () => {
    await put();
    await work();
    ports.sets.put("contoso", { name: "spare" });
    const patch = (body: object, headers = {}) =>
      served.call("PATCH", `${rules}/grafana`, { body, headers });

    const owned = await patch({ owner: "ada" });
    const moved = await patch({ credentialSet: "spare", owner: null });
    const stale = await patch({ owner: "eve" }, { "If-Match": owned.headers.get("ETag") ?? "" });

    expect(owned.status).toBe(200);
    expect(described("patchRule", owned)).toMatchObject({ owner: "ada" });
    expect(moved.status).toBe(202);
    expect(described("patchRule", moved)).toMatchObject({
      status: "requested",
      credentialSet: "spare",
    });
    expect(moved.json).not.toHaveProperty("owner");
    expect(moved.headers.get("Operation-Location")).toContain("/api/operations/contoso-");
    expect(stale.status).toBe(412);
  });

  it("is deleted by an operation; deleting what is not there is 204", async () => {
    await put();
    await work();
    const first = await served.call("DELETE", `${rules}/grafana?images=keep`);
    await work();
    const second = await served.call("DELETE", `${rules}/grafana`);

    expect(first.status).toBe(202);
    expect(described("deleteRule", first)).toMatchObject({ status: "deleting" });
    expect(first.headers.get("Operation-Location")).toContain("/api/operations/contoso-");
    expect([second.status, second.text]).toEqual([204, ""]);
    expect((await served.call("GET", `${rules}/grafana`)).status).toBe(404);
  });
});

describe("what happened", () => {
  it("is listed newest first, a page at a time, with links that hold no key", async () => {
    await put();
    ports.clock.advance(60);
    await work();
    const page = await served.call(
      "GET",
      "/api/registries/contoso/history?top=1&resource=grafana&code=test-function-key",
    );
    const { value, nextLink } = page.json as { value: unknown[]; nextLink: string };
    const next = await served.call("GET", nextLink.slice(served.url.length));

    expect(described("listHistory", page)).toMatchObject({ value: [{ event: "activated" }] });
    expect(value).toHaveLength(1);
    expect(nextLink).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/registries\/contoso\/history\?/);
    expect(nextLink).not.toContain("test-function-key");
    expect(next.json).toMatchObject({ value: [{ event: "requested", by: "function key" }] });
    expect(next.json).not.toHaveProperty("nextLink");
  });
});

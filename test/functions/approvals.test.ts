import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { convergeRule } from "../../src/jobs/converge-rule.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { undocumented } from "./document.ts";
import { type Served, serve } from "./serve.ts";

const rule = "/api/registries/contoso/rules/argo-cd";

interface Who {
  readonly headers: Record<string, string>;
}

/** One who signed in, with an object id made of the name. */
function signedIn(name: string, ...roles: string[]): Who {
  return withClaims({ oid: `id of ${name}`, preferred_username: name }, ...roles);
}

function withClaims(named: Readonly<Record<string, string>>, ...roles: string[]): Who {
  const claims = [
    ...Object.entries(named).map(([typ, val]) => ({ typ, val })),
    ...roles.map((val) => ({ typ: "roles", val })),
  ];
  const principal = Buffer.from(JSON.stringify({ claims })).toString("base64");
  return { headers: { "x-ms-client-principal": principal } };
}

const ada = signedIn("ada@contoso.com", "Requester", "Approver");
const grace = signedIn("grace@contoso.com", "Approver");

let ports: FakePorts;
let served: Served;

beforeEach(async () => {
  ports = fakePorts({ policy: { approvalSources: ["quay.io/*"] } });
  served = await serve(() => ports, { signInEnabled: () => true });
});
afterEach(() => served.close());

const request = () =>
  served.call("PUT", rule, { ...ada, body: { source: "quay.io/argoproj/*", target: "argo/*" } });

describe("a rule that needs a second pair of eyes", () => {
  it("waits, is refused to its requester, and goes on when another approves", async () => {
    const asked = await request();
    const own = await served.call("POST", `${rule}/approve`, ada);
    const approved = await served.call("POST", `${rule}/approve`, grace);

    expect([asked.status, (asked.json as { status: string }).status]).toEqual([
      201,
      "awaitingApproval",
    ]);
    expect([own.status, own.headers.get("x-ms-error-code")]).toEqual([403, "ApproverIsRequester"]);
    expect(approved.status).toBe(202);
    expect(undocumented("approveRule", 202, approved.json)).toBe("");
    expect(approved.json).toMatchObject({ status: "requested", decidedBy: "grace@contoso.com" });
  });

  it("is refused to its requester by another token of the same person", async () => {
    const claim = "http://schemas.microsoft.com/identity/claims/objectidentifier";
    const renamed = { [claim]: "id of ada@contoso.com", upn: "ada.lovelace@contoso.com" };
    await request();

    const own = await served.call("POST", `${rule}/approve`, withClaims(renamed, "Approver"));

    expect([own.status, own.code]).toEqual([403, "ApproverIsRequester"]);
  });

  it("is approved by another person of the same name", async () => {
    await request();
    const namesake = withClaims(
      { oid: "other", preferred_username: "ada@contoso.com" },
      "Approver",
    );

    expect((await served.call("POST", `${rule}/approve`, namesake)).status).toBe(202);
  });

  it.each(["approve", "reject"])("meets If-Match when it is to %s", async (verb) => {
    const asked = await request();
    const tag = asked.headers.get("ETag") ?? "";
    const decide = (etag: string) =>
      served.call("POST", `${rule}/${verb}`, { headers: { ...grace.headers, "If-Match": etag } });

    const wrong = await decide('"other"');
    const right = await decide(tag);

    expect([wrong.status, wrong.code]).toEqual([412, "ConditionNotMet"]);
    expect(right.status).toBe(verb === "approve" ? 202 : 200);
  });

  it("answers a repeated approval as it is, and without an operation once it is made", async () => {
    await request();
    const approve = () => served.call("POST", `${rule}/approve`, grace);
    await approve();
    const again = await approve();
    for (const message of ports.queue.take()) await convergeRule(ports, message, false);
    const made = await approve();

    expect([again.status, made.status]).toEqual([202, 200]);
    expect(again.headers.get("Operation-Location")).toContain("/api/operations/contoso-");
    expect(made.headers.get("Operation-Location")).toBeNull();
    expect(undocumented("approveRule", 200, made.json)).toBe("");
  });

  it("is turned down with a reason", async () => {
    await request();
    const body = { reason: "Use the mirror." };
    const rejected = await served.call("POST", `${rule}/reject`, { ...grace, body });

    expect(rejected.status).toBe(200);
    expect(undocumented("rejectRule", 200, rejected.json)).toBe("");
    expect(rejected.json).toMatchObject({
      status: "rejected",
      failure: { message: "Rejected: Use the mirror." },
    });
  });
});

describe("roles", () => {
  const reader = signedIn("eve@contoso.com", "Reader");
  const requester = signedIn("rob@contoso.com", "Requester");
  const nobody = signedIn("mallory@contoso.com");

  it.each([
    ["GET", rule, nobody, 403],
    ["GET", rule, reader, 404],
    ["PUT", rule, reader, 403],
    ["DELETE", rule, reader, 403],
    ["POST", `${rule}/approve`, requester, 403],
    ["POST", "/api/registries/contoso/rules/validate", reader, 403],
    ["POST", "/api/registries/contoso/rules/validate", grace, 403],
    ["POST", "/api/registries/contoso/rules/validate", requester, 400],
    ["GET", "/api/status", withClaims({ preferred_username: "nameless" }, "Reader"), 401],
    ["DELETE", `${rule}?images=delete`, requester, 403],
    ["DELETE", `${rule}?images=keep`, requester, 204],
    ["GET", "/api/status", { headers: {} }, 401],
    ["GET", "/api/status", { headers: { "x-ms-client-principal": "nonsense" } }, 401],
    ["GET", "/api/health", { headers: {} }, 200],
    ["GET", "/api/", { headers: {} }, 200],
  ])("%s %s is allowed or not (%#)", async (method, path, who, status) => {
    expect((await served.call(method, path, who)).status).toBe(status);
  });
});

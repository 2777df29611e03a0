import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { undocumented } from "./document.ts";
import { type Served, serve } from "./serve.ts";

const rule = "/api/registries/contoso/rules/argo-cd";

function signedIn(name: string, ...roles: string[]): { readonly headers: Record<string, string> } {
  const claims = [
    { typ: "preferred_username", val: name },
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
    ["POST", "/api/registries/contoso/rules/validate", reader, 400],
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

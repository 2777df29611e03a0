import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import type { RotationRecord } from "../../src/domain/rotation.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { undocumented } from "./document.ts";
import { refusal } from "./refusal.ts";
import { type Served, serve } from "./serve.ts";
import { aRecord } from "./set-views.ts";

const sets = "/api/registries/contoso/credential-sets";
const rotation = { mode: "managed", account: "ContosoPull" };

let ports: FakePorts;
let served: Served;
beforeEach(async () => {
  ports = fakePorts();
  served = await serve(() => ports);
});
afterEach(() => served.close());

const get = (name = "docker-hub") => served.call("GET", `${sets}/${name}`);
const rotate = (body?: object, name = "docker-hub") =>
  served.call("POST", `${sets}/${name}/rotate`, body && { body });

/** A set whose token is due: its record as the sweep would have left it. */
function due(rest: Partial<RotationRecord> = {}): Promise<string> {
  const { live } = aRecord("docker-hub");
  if (!live) throw new Error("a record has a live token");
  const expiresAt = "2026-12-01T00:00:00.000Z";
  return ports.rotations.write(
    aRecord("docker-hub", { live: { ...live, expiresAt }, lease: undefined, unsaid: [], ...rest }),
    undefined,
  );
}

describe("credential sets over HTTP", () => {
  it("are listed by name, also those that Larder does not renew", async () => {
    ports.sets.put("contoso", { name: "aaa-first", loginServer: "ghcr.io" });
    await due();
    const heard = await served.call("GET", sets);

    expect([heard.status, undocumented("listCredentialSets", 200, heard.json)]).toEqual([200, ""]);
    expect(heard.json).toMatchObject({
      value: [
        { name: "aaa-first", loginServer: "ghcr.io", health: { status: "Healthy" } },
        {
          name: "docker-hub",
          token: { daysLeft: 9, works: "yes" },
          rotation: { mode: "managed", account: "contosopull" },
        },
      ],
    });
    expect(heard.json).not.toHaveProperty("nextLink");
  });

  it("are read one by one, with an ETag where Larder has a record", async () => {
    const bare = await get();
    expect([bare.status, undocumented("getCredentialSet", 200, bare.json)]).toEqual([200, ""]);
    expect(bare.headers.get("ETag")).toBeNull();
    expect(bare.json).not.toHaveProperty("rotation");

    const etag = await due();
    const heard = await get("DOCKER-HUB");
    expect([heard.status, undocumented("getCredentialSet", 200, heard.json)]).toEqual([200, ""]);
    expect(heard.headers.get("ETag")).toBe(etag);
    expect(heard.json).toMatchObject({ name: "docker-hub", etag });
  });

  it("are 404 when neither ACR nor Larder has one, or nobody serves the registry", async () => {
    expect(refusal(await get("nobody"))).toBe("404 CredentialSetNotFound");
    expect(
      (await served.call("GET", "/api/registries/fabrikam/credential-sets/docker-hub")).status,
    ).toBe(404);
  });
});

describe("rotating now", () => {
  it("is 202 with the operation, and the same for everybody who asks while it runs", async () => {
    await due();
    const first = await rotate();
    const second = await rotate({ force: true, reason: "Once more." });
    const { id } = first.json as { id: string };

    expect([first.status, undocumented("rotateCredentialSet", 202, first.json)]).toEqual([202, ""]);
    expect(first.json).toMatchObject({
      kind: "rotate",
      resource: "/registries/contoso/credentialSets/docker-hub",
    });
    expect(first.headers.get("Operation-Location")).toBe(
      `${served.url}/api/operations/${id}?api-version=2026-11-01`,
    );
    expect(first.headers.get("Retry-After")).toBe("2");
    expect([second.status, (second.json as { id: string }).id]).toEqual([202, id]);
    expect(second.headers.get("Operation-Location")).toBe(first.headers.get("Operation-Location"));
    expect((await get()).json).toMatchObject({ rotation: { operationId: id } });
  });

  it("can be followed at its operation", async () => {
    await due();
    const { id } = (await rotate()).json as { id: string };
    const heard = await served.call("GET", `/api/operations/${id}`);

    expect([heard.status, undocumented("getOperation", 200, heard.json)]).toEqual([200, ""]);
    expect(heard.json).toMatchObject({ id, kind: "rotate" });
    expect(heard.headers.get("Retry-After")).toBe("2");
  });

  it("is 409 for a token that is not due, unless forced with a reason", async () => {
    const { live } = aRecord("docker-hub");
    await due({ live });

    expect(refusal(await rotate())).toBe("409 RotationNotDue");
    expect(refusal(await rotate({ force: true }))).toBe("400 InvalidRequestBody");
    const forced = await rotate({ force: true, reason: "A laptop was lost." });
    expect(forced.status).toBe(202);
  });

  it("is refused for a set that Larder does not renew", async () => {
    expect(refusal(await rotate())).toMatch(/^4(04|09) /);
    expect((await ports.rotations.list("contoso")).records).toEqual([]);
  });
});

describe("roles", () => {
  it("let a Requester read, and only an Operator have tokens renewed", async () => {
    const signedIn = await serve(() => ports, { signInEnabled: () => true });
    const claims = [
      { typ: "oid", val: "id of ada" },
      { typ: "roles", val: "Requester" },
    ];
    const principal = Buffer.from(JSON.stringify({ claims })).toString("base64");
    const headers = { "x-ms-client-principal": principal };
    const answers = [
      await signedIn.call("GET", sets, { headers }),
      await signedIn.call("PUT", `${sets}/docker-hub`, { headers, body: { rotation } }),
      await signedIn.call("POST", `${sets}/docker-hub/rotate`, { headers }),
    ];
    await signedIn.close();

    expect(answers.map(({ status, code }) => [status, code])).toEqual([
      [200, null],
      [403, "RoleRequired"],
      [403, "RoleRequired"],
    ]);
  });
});

describe("credential sets in the status", () => {
  it("come with their renewal", async () => {
    await due();
    const heard = await served.call("GET", "/api/status");

    expect([heard.status, undocumented("getStatus", 200, heard.json)]).toEqual([200, ""]);
    expect(heard.json).toMatchObject({
      registries: [{ credentialSets: [{ name: "docker-hub", token: { daysLeft: 9 } }] }],
    });
  });

  it("come as ACR alone shows them when their records cannot be read, and the rest as ever", async () => {
    await due();
    ports.sets.put("contoso", {
      name: "spare",
      health: { status: "Unhealthy", errorCode: "Forbidden" },
    });
    ports.interruptions.interrupt("rotations.list", "before", () => {
      throw new LarderError("refused", { code: "RowUnreadable", message: "A row is torn." });
    });
    const heard = await served.call("GET", "/api/status");

    expect([heard.status, undocumented("getStatus", 200, heard.json)]).toEqual([200, ""]);
    const [{ credentialSets = [], ...registry } = {}] = (
      heard.json as { registries: { credentialSets?: object[] }[] }
    ).registries;
    expect(registry).toMatchObject({ rotationProblem: "A row is torn.", rules: [] });
    expect(registry).not.toHaveProperty("problem");
    expect(credentialSets).toMatchObject([
      { name: "docker-hub", health: { status: "Healthy" } },
      { name: "spare", remedy: expect.stringContaining("Key Vault Secrets User") },
    ]);
    expect(credentialSets[0]).not.toHaveProperty("rotation");
  });
});

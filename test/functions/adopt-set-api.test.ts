import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { undocumented } from "./document.ts";
import { refusal } from "./refusal.ts";
import { type Heard, type Served, serve } from "./serve.ts";

const sets = "/api/registries/contoso/credential-sets";
const vault = "https://contoso.vault.azure.net/secrets";
const rotation = { mode: "managed", account: "ContosoPull" };

let ports: FakePorts;
let served: Served;
beforeEach(async () => {
  ports = fakePorts();
  served = await serve(() => ports);
});
afterEach(() => served.close());

const get = () => served.call("GET", `${sets}/docker-hub`);
const put = (body: object, headers: Record<string, string> = {}, name = "docker-hub") =>
  served.call("PUT", `${sets}/${name}`, { body, headers });
const etagOf = ({ headers }: Heard) => headers.get("ETag") ?? "";

/** A Docker account with its token in the set's secrets, and its password where only Larder looks. */
function account(): { readonly token: string; readonly password: string } {
  const password = "correct-horse-battery-staple";
  ports.hub.addAccount({ username: "contosopull", password });
  const expiresAt = "2027-01-31T00:00:00.000Z";
  const token = ports.hub.addToken("contosopull", { label: "by hand", expiresAt }).value;
  ports.shelf.seed(`${vault}/docker-hub-username`, "contosopull");
  ports.shelf.seed(`${vault}/docker-hub-token`, token, { expiresAt });
  ports.shelf.seed(`${vault}/docker-hub-contosopull-password`, password);
  return { token, password };
}

describe("adopting a credential set", () => {
  it("is 201 with what was filled in, and its record is the caller's", async () => {
    const { token, password } = account();
    const heard = await put({ rotation });

    expect([heard.status, undocumented("putCredentialSet", 201, heard.json)]).toEqual([201, ""]);
    expect(heard.json).toMatchObject({
      name: "docker-hub",
      rotation: {
        mode: "managed",
        account: "contosopull",
        lifetime: "P90D",
        renewBefore: "P30D",
        grace: "P1D",
        retention: "P7D",
        scope: "repo:read",
        adoptedBy: "function key",
      },
    });
    expect(etagOf(heard)).toBe(etagOf(await get()));
    expect((await ports.rotations.get("contoso", "docker-hub"))?.value.policy.account).toBe(
      "contosopull",
    );
    expect(heard.text).not.toContain(token);
    expect(heard.text).not.toContain(password);
  });

  const fresh = {
    usernameSecretId: `${vault}/fresh-set-username`,
    passwordSecretId: `${vault}/fresh-set-token`,
    rotation,
  };

  it("makes a set that is not there", async () => {
    account();
    const heard = await put(fresh, {}, "fresh-set");

    expect([heard.status, undocumented("putCredentialSet", 201, heard.json)]).toEqual([201, ""]);
    expect(ports.sets.names("contoso")).toContain("fresh-set");
    expect(heard.json).toMatchObject({
      name: "fresh-set",
      pendingSecretId: `${vault}/fresh-set-token-pending`,
      access: { state: "granted", commands: [] },
    });
    expect(refusal(await put({ rotation }, {}, "other-set"))).toBe("400 SecretIdMissing");
  });

  it("answers with the commands that let a new set's identity in, where Larder may not", async () => {
    account();
    ports.rights.disown("contoso.vault.azure.net");
    const heard = await put(fresh, {}, "fresh-set");

    expect([heard.status, undocumented("putCredentialSet", 201, heard.json)]).toEqual([201, ""]);
    expect(heard.json).toMatchObject({
      health: { status: "Unhealthy", errorCode: "Forbidden" },
      access: {
        state: "needed",
        commands: [
          expect.stringContaining("az role assignment create --assignee-object-id 00000000-"),
          expect.stringContaining("az keyvault set-policy --name contoso --object-id 00000000-"),
        ],
      },
    });
  });

  it("may be repeated, changed under an ETag, and taken back", async () => {
    account();
    const first = etagOf(await put({ rotation }));
    const again = await put({ rotation });
    const changed = await put(
      { rotation: { ...rotation, renewBefore: "P20D" } },
      { "If-Match": etagOf(again) },
    );
    const late = await put({ rotation: null }, { "If-Match": first });

    expect([again.status, changed.status]).toEqual([200, 200]);
    expect(changed.json).toMatchObject({ rotation: { renewBefore: "P20D" } });
    expect(late.status).toBe(412);

    const ended = await put({ rotation: null }, { "If-Match": etagOf(changed) });
    expect([ended.status, undocumented("putCredentialSet", 200, ended.json)]).toEqual([200, ""]);
    expect(ended.json).not.toHaveProperty("rotation");
    expect(ended.headers.get("ETag")).toBeNull();
    expect(await ports.rotations.get("contoso", "docker-hub")).toBeUndefined();
  });

  it("is refused by the domain with the field named, and nothing recorded", async () => {
    const heard = await put({ rotation: { ...rotation, grace: "PT1S", lifetime: "P31D" } });

    expect(refusal(heard)).toMatch(/^400 /);
    expect(heard.json).toMatchObject({ error: { target: "rotation.grace" } });
    expect((await ports.rotations.list("contoso")).records).toEqual([]);
  });

  it("does not take If-None-Match", async () => {
    expect(refusal(await put({ rotation }, { "If-None-Match": "*" }))).toBe(
      "400 InvalidHeaderValue",
    );
  });
});

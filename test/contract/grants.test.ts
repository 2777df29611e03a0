import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Grants } from "../../src/domain/rotation-ports.ts";
import { fakeGrants } from "../fakes/grants.ts";
import { vaultArmId } from "../local/cloud.ts";
import { type AccessStage, accessStage, localVault } from "./arm-access-stage.ts";

let stage: AccessStage;
beforeAll(async () => {
  stage = await accessStage();
  for (const name of ["username", "token", "other"]) stage.vault.seed(name, "value");
});
afterEach(() => {
  stage.faults.clear();
  Object.assign(stage.arm.access, { mode: "rbac", mayAssign: true, principalDelay: 0 });
});
afterAll(() => stage.close());

const username = `${localVault}/secrets/username`;
const token = `${localVault}/secrets/token`;
const both = [username, token];
const elsewhere = "https://fabrikam.vault.azure.net/secrets/token";

interface World {
  readonly grants: Grants;
  mayRead(principalId: string, secretId: string): boolean;
  /** What becomes of the next grants. */
  set(state: "roles" | "policies" | "forbidden"): void;
}

function fakeWorld(): World {
  const grants = fakeGrants();
  grants.disown("fabrikam.vault.azure.net");
  const outcomes = { roles: "granted", policies: "accessPolicies", forbidden: "notOurs" } as const;
  return {
    grants,
    mayRead: (...of) => grants.mayRead(...of),
    set: (state) => grants.answer(outcomes[state]),
  };
}

function armWorld(): World {
  const { access } = stage.arm;
  return {
    grants: stage.grants(),
    mayRead: stage.mayRead,
    set(state) {
      access.mode = state === "policies" ? "accessPolicies" : "rbac";
      access.mayAssign = state !== "forbidden";
    },
  };
}

describe.each([
  { name: "fake", make: fakeWorld },
  { name: "ARM", make: armWorld },
])("grants: $name", ({ make }) => {
  it("lets an identity read these secrets and no others, and nobody else", async () => {
    const world = make();
    const [identity, other] = [randomUUID(), randomUUID()];

    expect(await world.grants.grant(identity, both)).toBe("granted");

    expect(both.map((id) => world.mayRead(identity, id))).toEqual([true, true]);
    expect(world.mayRead(identity, `${localVault}/secrets/other`)).toBe(false);
    expect(world.mayRead(other, token)).toBe(false);
  });

  it("can be repeated, also for a part", async () => {
    const world = make();
    const identity = randomUUID();
    await world.grants.grant(identity, [token]);

    expect(await world.grants.grant(identity, both)).toBe("granted");
    expect(await world.grants.grant(identity, both)).toBe("granted");
    expect(both.map((id) => world.mayRead(identity, id))).toEqual([true, true]);
  });

  it.each([
    ["policies", "accessPolicies"],
    ["forbidden", "notOurs"],
  ] as const)("on a vault with %s answers %s and opens nothing", async (state, answer) => {
    const world = make();
    const identity = randomUUID();
    world.set(state);

    expect(await world.grants.grant(identity, both)).toBe(answer);
    expect(both.map((id) => world.mayRead(identity, id))).toEqual([false, false]);

    world.set("roles");
    expect(await world.grants.grant(identity, both)).toBe("granted");
  });

  it("tells how the vault of each secret decides, and nothing of one that is not known", async () => {
    const world = make();

    expect(await world.grants.model([elsewhere, token])).toEqual(["unknown", "roles"]);
    world.set("policies");
    expect(await world.grants.model(both)).toEqual(["accessPolicies", "accessPolicies"]);
    world.set("forbidden");
    expect(await world.grants.model(both)).toEqual(["roles", "roles"]);
  });

  it("touches nothing when one of the vaults is not known", async () => {
    const world = make();
    const identity = randomUUID();

    expect(await world.grants.grant(identity, [username, elsewhere])).toBe("notOurs");
    expect(world.mayRead(identity, username)).toBe(false);
  });
});

describe("grants over ARM", () => {
  const isOpen = (identity: string) => both.map((id) => stage.mayRead(identity, id));
  const sameGroup = vaultArmId().replace(/larder$/, "");

  it("asks for the same assignment each time, however the vault is spelt", async () => {
    const identity = randomUUID();
    const statuses: [string, number][] = [];
    const stop = stage.log.watch(({ call, answer }) => {
      if (call.method === "PUT") statuses.push([call.path.toLowerCase(), answer.status]);
    });
    await stage.grants().grant(identity, [token]);
    await stage.grants([vaultArmId().toUpperCase()]).grant(identity, [`${token}/0123abc`]);
    stop();

    expect(statuses.map(([, status]) => status)).toEqual([201, 200]);
    expect(new Set(statuses.map(([path]) => path)).size).toBe(1);
  });

  it.each([
    ["by its name", "https://larder.vault.azure.net/secrets/token", [vaultArmId()], "granted"],
    ["without case", "https://LARDER.vault.azure.net/secrets/token", [vaultArmId()], "granted"],
    [
      "among several",
      "https://larder.vault.azure.net/secrets/token",
      [`${sameGroup}a`, vaultArmId()],
      "granted",
    ],
    ["by another name", "https://lard.vault.azure.net/secrets/token", [vaultArmId()], "notOurs"],
    ["not trusted", "https://larder.evil.example/secrets/token", [vaultArmId()], "notOurs"],
    ["no secret", "https://larder.vault.azure.net/keys/token", [vaultArmId()], "notOurs"],
    ["none of the settings", token, [], "notOurs"],
    ["local, and two are in the settings", token, [vaultArmId(), `${sameGroup}a`], "notOurs"],
    ["one that ARM does not have", token, [`${sameGroup}absent`], "notOurs"],
    ["in a group that is not there", token, [vaultArmId().replace("larder-local", "x")], "notOurs"],
  ])("vault %s: %s of %j is %s", async (_case, secretId, vaults, answer) => {
    expect(await stage.grants(vaults).grant(randomUUID(), [secretId])).toBe(answer);
  });

  it("grants nothing when ARM does not have one of the vaults", async () => {
    const identity = randomUUID();
    const vaults = [vaultArmId(), `${sameGroup}absent`];
    const secrets = ["larder", "absent"].map(
      (name) => `https://${name}.vault.azure.net/secrets/token`,
    );

    expect(await stage.grants(vaults).grant(identity, secrets)).toBe("notOurs");
    expect(isOpen(identity)).toEqual([false, false]);
  });

  it("goes on where it may assign roles but not read the vault", async () => {
    const identity = randomUUID();
    stage.faults.add({ where: "arm", match: "^GET", kind: "403" });

    expect(await stage.grants().grant(identity, both)).toBe("granted");
    expect(isOpen(identity)).toEqual([true, true]);
  });

  it("takes the role that somebody assigned before under another name", async () => {
    const identity = randomUUID();
    const scope = `${vaultArmId()}/secrets/token`;
    const name = randomUUID();
    const role = "4633458b-17de-408a-b874-0445c86b69e6";
    await stage.ask(
      "PUT",
      `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
      "2022-04-01",
      {
        properties: {
          principalId: identity,
          roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        },
      },
    );

    expect(await stage.grants().grant(identity, both)).toBe("granted");
    expect(isOpen(identity)).toEqual([true, true]);
  });

  it("asks to be asked again soon while Entra does not know the identity", async () => {
    const identity = randomUUID();
    stage.arm.access.principalDelay = 1;

    await expect(stage.grants().grant(identity, both)).rejects.toMatchObject({
      reason: "unavailable",
      retryAfterSeconds: 10,
      problem: { code: "PrincipalNotFound", message: expect.stringContaining(identity) },
    });
    expect(await stage.grants().grant(identity, both)).toBe("granted");
  });

  it.each([
    ["500", 2],
    ["503", 2],
    ["drop", 2],
    ["lose", 2],
  ])("does not mind %s, %i times", async (kind, times) => {
    const identity = randomUUID();
    stage.faults.add({ where: "arm", match: "^PUT", kind, times });

    expect(await stage.grants().grant(identity, both)).toBe("granted");
    expect(stage.faults.list()).toEqual([]);
    expect(isOpen(identity)).toEqual([true, true]);
  });

  it.each([
    ["GET", "429", "unavailable", "TooManyRequests", 30],
    ["PUT", "429", "unavailable", "TooManyRequests", 30],
    ["PUT", "503", "unavailable", "ServerBusy", undefined],
    ["PUT", "drop", "unavailable", "ConnectionFailed", undefined],
    ["GET", "401", "lacksRight", "Unauthorized", undefined],
    ["PUT", "401", "lacksRight", "Unauthorized", undefined],
    ["PUT", "409", "conflict", "AnotherOperationInProgress", undefined],
    ["GET", "400", "refused", "UNKNOWN", undefined],
    ["PUT", "400", "refused", "UNKNOWN", undefined],
    ["PUT", "307", "unavailable", "UNKNOWN", undefined],
  ] as const)("%s %s is %s %s", async (method, kind, reason, code, retryAfter) => {
    stage.faults.add({
      where: "arm",
      match: `^${method}`,
      kind,
      ...(retryAfter && { retryAfter }),
    });

    const failed = await stage
      .grants()
      .grant(randomUUID(), both)
      .catch((error: unknown) => error);

    expect(failed).toMatchObject({ reason, problem: { code }, retryAfterSeconds: retryAfter });
    expect(inspect(failed, { depth: 9, showHidden: true })).not.toContain("eyJ");
  });
});

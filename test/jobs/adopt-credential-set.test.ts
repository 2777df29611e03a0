import { describe, expect, it } from "vitest";
import type { CredentialSetRequest } from "../../src/domain/credential-set-view.ts";
import { adoptCredentialSet } from "../../src/jobs/adopt-credential-set.ts";
import type { FakeGrants } from "../fakes/grants.ts";
import { anna, ben } from "./people.ts";
import { busy, place, tokensAtHub } from "./rotation-acts.ts";
import { account, day, ids, type RotationStage, rotationStage } from "./rotation-stage.ts";

const vault = "https://contoso.vault.azure.net/secrets";
const managed = { mode: "managed", account } as const;
const own = { usernameSecretId: `${vault}/new-user`, passwordSecretId: `${vault}/new-token` };

function adopt(
  { ports }: RotationStage,
  request: CredentialSetRequest,
  name = "docker-hub",
  ifMatch?: string,
) {
  return adoptCredentialSet(ports, "contoso", name, request, ifMatch, anna);
}

/** A registry with no set of its own yet, and no login in its vault. */
function bareStage(): RotationStage {
  const stage = rotationStage();
  stage.ports.sets.delete("contoso", "docker-hub");
  return stage;
}

describe("taking over a set that is there", () => {
  it("answers that it is new, records the policy with the settings' defaults, and who wanted it", async () => {
    const stage = rotationStage({ daysLeft: 80 });

    const { created, view } = await adopt(stage, { rotation: managed });

    expect(created).toBe(true);
    expect(view).toMatchObject({
      name: "docker-hub",
      access: { state: "granted", commands: [] },
      state: "Larder has not looked at it yet.",
      notes: [],
    });
    expect(stage.record()).toMatchObject({
      adoptedBy: "anna",
      policy: {
        ...managed,
        lifetime: "P90D",
        renewBefore: "P30D",
        grace: "P1D",
        retention: "P7D",
        scope: "repo:read",
      },
    });
  });

  it("changes the policy with a second PUT, and keeps what was known", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await adopt(stage, { rotation: managed });
    await stage.live(60);

    const { created } = await adoptCredentialSet(
      stage.ports,
      "CONTOSO",
      "Docker-Hub",
      { rotation: { ...managed, grace: "P2D" } },
      undefined,
      ben,
    );

    expect(created).toBe(false);
    expect(stage.ports.rotationTable.all()).toHaveLength(1);
    expect(stage.record()).toMatchObject({
      adoptedBy: "anna",
      policy: { grace: "P2D" },
      live: { uuid: stage.oldUuid },
    });
  });

  it("takes If-Match at its word", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    const { view } = await adopt(stage, { rotation: managed });
    const wish = { rotation: { ...managed, grace: "P2D" } };

    await expect(adopt(stage, wish, "docker-hub", 'W/"other"')).rejects.toMatchObject({
      reason: "stale",
      problem: { code: "ConditionNotMet", target: "If-Match" },
    });
    expect(stage.record().policy.grace).toBe("P1D");
    await adopt(stage, wish, "docker-hub", view.etag);
    expect(stage.record().policy.grace).toBe("P2D");
  });

  it("refuses one that reads a fixed version, which no renewed token would reach", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    stage.ports.sets.put("contoso", {
      name: "docker-hub",
      passwordSecretId: `${ids.live}/0123abcd`,
    });

    await expect(adopt(stage, { rotation: managed })).rejects.toMatchObject({
      problem: { code: "SecretVersionPinned", message: expect.stringContaining(ids.live) },
    });
  });

  it("says what is worth knowing besides, and takes the set over all the same", async () => {
    const stage = rotationStage({ daysLeft: -1 });

    const { view } = await adopt(stage, {
      rotation: { ...managed, canary: "grafana/grafana:latest" },
    });

    expect(view.notes).toEqual([
      "Docker Hub refuses the live token, so that a new one is wanted at once.",
      'No active rule with this credential set caches the canary "grafana/grafana:latest", so that nothing is pulled as proof.',
    ]);
  });

  it("says that the account could not be tried, when Docker Hub is down, and takes the set over", async () => {
    const stage = rotationStage();
    stage.ports.interruptions.interrupt("hubLogins.signIn", "before", busy());

    const { view } = await adopt(stage, { rotation: managed });

    expect(view.notes).toEqual([
      'Whether account "larderbot" can sign in could not be tried: The far end is busy.',
    ]);
  });
});

describe("a set that is not there", () => {
  it("is made with its user name, its right and its first token", async () => {
    const stage = bareStage();

    const { created, view } = await adopt(stage, { ...own, rotation: managed }, "new-set");
    await stage.live(day);

    expect(created).toBe(true);
    const made = stage.ports.sets.find("contoso", "new-set");
    expect(made).toMatchObject({ loginServer: "docker.io", ...own });
    expect(view.access.commands).toEqual([]);
    expect(stage.ports.shelf.find(own.usernameSecretId)).toBe(account);
    expect(stage.ports.shelf.versions(own.usernameSecretId)).toMatchObject([
      { tags: { "larder-owner": "contoso/new-set" } },
    ]);
    const first = stage.ports.shelf.find(own.passwordSecretId) ?? "";
    expect(stage.ports.hub.works(first)).toBe(true);
    expect(stage.ports.rights.mayRead(made?.principalId ?? "", own.passwordSecretId)).toBe(true);
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, stage.ports.hub.uuidOf(first)]);
  });

  /** What the answer says of the right of a set that Larder makes and may not let in itself. */
  async function accessWhere(change: (rights: FakeGrants) => void) {
    const stage = bareStage();
    change(stage.ports.rights);
    const { view } = await adopt(stage, { ...own, rotation: managed }, "new-set");
    const principal = stage.ports.sets.find("contoso", "new-set")?.principalId ?? "";
    const scope = '--scope "$(az keyvault show --name contoso --query id --output tsv)/secrets';
    const assign = `az role assignment create --assignee-object-id ${principal} --assignee-principal-type ServicePrincipal --role "Key Vault Secrets User" ${scope}`;
    return {
      access: view.access,
      roles: `${assign}/new-user"\n${assign}/new-token"`,
      policies: `az keyvault set-policy --name contoso --object-id ${principal} --secret-permissions get`,
    };
  }

  it("says the exact command where roles count and Larder may not assign them", async () => {
    const { access, roles } = await accessWhere((rights) => rights.answer("notOurs"));

    expect(access).toEqual({ state: "needed", commands: [roles] });
  });

  it("says the exact command where access policies count", async () => {
    const { access, policies } = await accessWhere((rights) => rights.answer("accessPolicies"));

    expect(access).toEqual({ state: "needed", commands: [policies] });
  });

  it("says both commands where nobody knows which counts", async () => {
    const { access, roles, policies } = await accessWhere((rights) =>
      rights.disown("contoso.vault.azure.net"),
    );

    expect(access).toEqual({
      state: "needed",
      commands: [
        `# for a vault with roles (RBAC)\n${roles}`,
        `# for a vault with access policies\n${policies}`,
      ],
    });
  });

  it.each([
    [
      "assisted",
      /^The first token is awaited, .*: put it into the pending secret .*\/new-token-pending,/,
    ],
    ["managed", /^The first token is awaited, .*: it is being made/],
  ] as const)("says, %s, that its first token is awaited", async (mode, remedy) => {
    const stage = bareStage();
    const health = { status: "Unhealthy", errorCode: "SecretNotFound" } as const;
    stage.ports.sets.watchHealth(() => health);
    // The worker comes no further than making the set.
    stage.ports.interruptions.interrupt("accessTokens.create", "before", busy());

    const { view } = await adopt(stage, { ...own, rotation: { ...managed, mode } }, "new-set");

    expect(view.set?.health).toEqual(health);
    expect(view.remedy).toMatch(remedy);
  });

  it("is made by the sweep when ARM was away at first", async () => {
    const stage = bareStage();
    stage.ports.interruptions.interrupt("credentialSetWriter.create", "before", busy());

    await adopt(stage, { ...own, rotation: managed }, "new-set");
    expect(stage.ports.sets.find("contoso", "new-set")).toBeUndefined();
    await stage.live(day);

    expect(stage.ports.sets.find("contoso", "new-set")).toBeDefined();
    expect(stage.ports.hub.works(stage.ports.shelf.find(own.passwordSecretId) ?? "")).toBe(true);
  });

  it("takes over a token that a person laid there before", async () => {
    const stage = bareStage();
    const theirs = place(stage, own.passwordSecretId, { expiresAt: "2027-04-01T02:00:00.000Z" });

    await adopt(stage, { ...own, rotation: managed }, "new-set");
    await stage.live(day);

    const held = stage.ports.shelf.find(own.passwordSecretId) ?? "";
    expect(stage.ports.hub.uuidOf(held)).toBe(theirs);
    expect(stage.ports.hub.works(held)).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { adoptCredentialSet } from "../../src/jobs/adopt-credential-set.ts";
import { anna } from "./people.ts";
import { heldBy, liveUntil, liveWorks, place, tokensAtHub, toldAt } from "./rotation-acts.ts";
import { account, day, ids, type RotationStage, rotationStage } from "./rotation-stage.ts";

/* What an adversarial reading found, and must not come again. */

const managed = { mode: "managed", account } as const;
const vault = "https://contoso.vault.azure.net/secrets";

/** A second set of the registry, of the same account. */
function second({ ports }: RotationStage, passwordSecretId: string): void {
  ports.sets.put("contoso", { name: "second", usernameSecretId: ids.username, passwordSecretId });
}

const adopt = ({ ports }: RotationStage, name: string, request = {}) =>
  adoptCredentialSet(ports, "contoso", name, { rotation: managed, ...request }, undefined, anna);

describe("secrets that would clash", () => {
  it("are refused: another set's live secret where the next token would wait", async () => {
    const stage = rotationStage();
    stage.ports.shelf.seed(ids.pending, stage.ports.shelf.find(ids.live) ?? "");
    second(stage, ids.pending);
    await expect(adopt(stage, "docker-hub")).rejects.toMatchObject({
      problem: { code: "SecretOfAnotherSet", message: expect.stringContaining('"second"') },
    });
  });

  it("are refused: something else in the place of the pending token, also of a set that is there", async () => {
    const stage = rotationStage();
    stage.ports.shelf.seed(ids.pending, "Server=tcp:contoso;Password=x");
    await expect(adopt(stage, "docker-hub")).rejects.toMatchObject({
      problem: { code: "SecretTaken" },
    });
    expect(stage.ports.shelf.versions(ids.pending)).toHaveLength(1);
  });

  it("are none: a pending version that is closed, whichever set of Larder's it was for", async () => {
    const stage = rotationStage();
    const { shelf } = stage.ports;
    const version = shelf.seed(ids.pending, "nothing yet", {
      tags: { "larder-owner": "fabrikam/docker-hub" },
    });
    const refused = adopt(stage, "docker-hub");
    await expect(refused).rejects.toMatchObject({ problem: { code: "SecretTaken" } });

    shelf.change(ids.pending, version, { enabled: false });
    await adopt(stage, "docker-hub");
    await liveUntil(stage, "confirmed");
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });

  it("are refused: a user name where the pending token would lie, and a vault of nobody's", async () => {
    const stage = rotationStage();
    const passwordSecretId = `${vault}/new-token`;
    const clash = { passwordSecretId, usernameSecretId: `${passwordSecretId}-pending` };
    await expect(adopt(stage, "new-set", clash)).rejects.toMatchObject({
      problem: { code: "SecretIdsEqual" },
    });
    const theirs = "https://mallory.vault.azure.net/secrets";
    const away = { passwordSecretId: `${theirs}/token`, usernameSecretId: `${theirs}/user` };
    await expect(adopt(stage, "new-set", away)).rejects.toMatchObject({
      problem: { code: "VaultNotKnown" },
    });
  });

  it("do not come later either: what a stranger put under the pending name stays", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await stage.adopt();
    await stage.live(60);
    stage.ports.shelf.seed(ids.pending, "Server=tcp:contoso;Password=x");
    await stage.live(60 * day);
    expect(heldBy(stage)).toBe("SecretTaken");
    expect(stage.ports.shelf.find(ids.pending)).toBe("Server=tcp:contoso;Password=x");
    expect(liveWorks(stage)).toBe(true);
  });
});

describe("a token that another set holds", () => {
  it("is no orphan of the set that moved away from it", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await stage.live(3 * day);
    const shared = stage.liveUuid() ?? "";
    second(stage, ids.live);
    const moved = `${vault}/moved-token`;
    stage.ports.sets.put("contoso", { name: "docker-hub", passwordSecretId: moved });
    const theirs = place(stage, moved, { expiresAt: "2027-04-01T02:00:00.000Z" });
    await stage.adopt();
    await stage.live(30 * day);
    expect(tokensAtHub(stage)).toEqual(expect.arrayContaining([shared, theirs]));
  });

  it("is not revoked although its old version cannot be read any more", async () => {
    const stage = rotationStage({ daysLeft: 25 });
    const copy = `${vault}/copy-token`;
    second(stage, copy);
    stage.ports.shelf.seed(copy, stage.ports.shelf.find(ids.live) ?? "");
    await stage.adopt();
    await liveUntil(stage, "confirmed");
    const [old] = stage.ports.shelf.versions(ids.live);
    await stage.ports.secrets.disable(ids.live, old?.version ?? "");
    await stage.live(12 * day);
    expect(stage.ports.hub.log.map(({ kind }) => kind)).toEqual(["created"]);
  });
});

describe("proof and blame", () => {
  it("is not made by Larder's own looks", async () => {
    const stage = rotationStage();
    await stage.adopt();
    // ACR calls itself healthy and serves the canary, and never signs in.
    stage.ports.sets.watchHealth(() => ({ status: "Healthy" }));
    stage.ports.pulls.get = async () => ({
      kind: "answered",
      digest: `sha256:${"a".repeat(64)}`,
      fromUpstream: false,
    });
    await stage.live(12 * day);
    expect(stage.record().rotations).toMatchObject([{ state: "unproved" }]);
    expect(toldAt(stage, "NewTokenNotSeen").length).toBeGreaterThan(5);
    expect(tokensAtHub(stage)).toContain(stage.oldUuid);
  });

  it("leaves a token disabled that a person disabled", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await liveUntil(stage, "confirmed");
    const session = await stage.ports.hubLogins.signIn(account, await password(stage), undefined);
    if (session.kind !== "session") throw new Error("no session");
    await stage.ports.accessTokens.setActive(session.session, stage.oldUuid, false);
    stage.ports.pulls.get = async () => ({ kind: "couldNotAsk", message: "429" });
    await stage.live(6 * day);
    expect(stage.ports.hub.log.map(({ kind }) => kind)).toEqual(["created", "disabled"]);
  });

  it("takes a disabling back, while it can, when ACR turns sick days later", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await liveUntil(stage, "disabled");
    stage.ports.clock.advance(2 * day);
    stage.ports.sets.watchHealth(() => ({ status: "Unhealthy", errorCode: "sim:LoginRefused" }));
    await stage.live(20 * day);
    const kinds = stage.ports.hub.log.map(({ kind }) => kind);
    expect(kinds).toContain("enabled");
    expect(kinds).not.toContain("removed");
    expect(tokensAtHub(stage)).toContain(stage.oldUuid);
  });

  it("waits for no registry but its own, and revokes nothing on half a view", async () => {
    const stage = rotationStage({ registries: ["contoso", "fabrikam"] });
    const sets = { list: stage.ports.credentialSets.list.bind(stage.ports.credentialSets) };
    stage.ports.credentialSets.list = async (registry) => {
      if (registry !== "fabrikam") return sets.list(registry);
      return refuse();
    };
    await stage.adopt();
    await stage.live(12 * day);
    expect(stage.record().rotations).toMatchObject([{ state: "quiesced" }]);
    expect(heldBy(stage)).toBe("OldTokenShared");
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    expect(tokensAtHub(stage)).toContain(stage.oldUuid);
  });
});

async function password({ ports }: RotationStage) {
  return ports.vault.read(ids.password);
}

async function refuse(): Promise<never> {
  throw new LarderError("lacksRight", { code: "Forbidden", message: "no right" });
}

describe("a token that Docker Hub gives a shorter life than was asked", () => {
  it("is renewed when half of it is over, and not at once for ever", async () => {
    const stage = rotationStage();
    const create = stage.ports.accessTokens.create.bind(stage.ports.accessTokens);
    stage.ports.accessTokens.create = async (session, wish) => {
      const expiresAt = new Date(stage.ports.clock.milliseconds() + 20 * day * 1000).toISOString();
      return create(session, { ...wish, expiresAt });
    };
    await stage.adopt();
    await stage.live(30 * day);
    const made = stage.ports.hub.log.filter(({ kind }) => kind === "created");
    expect(made.length).toBeGreaterThanOrEqual(3);
    expect(made.length).toBeLessThanOrEqual(4);
    expect(liveWorks(stage)).toBe(true);
  });
});

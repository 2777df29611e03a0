import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { operationOf } from "../../src/domain/rotation-operation.ts";
import { releaseCredentialSet } from "../../src/jobs/release-credential-set.ts";
import { requestRotation } from "../../src/jobs/request-rotation.ts";
import { anna } from "./people.ts";
import {
  fail,
  heldBy,
  liveUntil,
  liveWorks,
  messages,
  tokensAtHub,
  toldAt,
} from "./rotation-acts.ts";
import { day, type RotationStage, rotationStage } from "./rotation-stage.ts";

/* A new token that works, of which ACR is never seen to make use: it stays live, and must be renewed all the same. */

/** ACR calls the set unhealthy from the beginning, and signs in all the same (Azure/acr#779). */
function alwaysUnhealthy({ ports }: RotationStage): void {
  ports.sets.watchHealth(() => ({ status: "Unhealthy", errorCode: "sim:RateLimitHeaders" }));
}

const force = { force: true, reason: "a laptop was stolen" };
const ask = (stage: RotationStage, wish: { force: boolean; reason?: string }) =>
  requestRotation(stage.ports, "contoso", "docker-hub", wish, anna);
const states = (stage: RotationStage) => stage.record().rotations.map(({ state }) => state);

describe("while ACR is never seen to use what is live", () => {
  it.each([
    ["calls the set unhealthy", alwaysUnhealthy],
    [
      "is not shown by last_used",
      ({ ports }: RotationStage) => {
        ports.hub.knobs.lastUsedLagSeconds = 1000 * day;
      },
    ],
  ])("renews in time whatever comes: ACR %s", async (_what, trouble) => {
    const stage = rotationStage();
    trouble(stage);
    await stage.adopt();

    for (let days = 0; days < 200; days += 1) {
      await stage.live(day);
      expect(liveWorks(stage), `day ${days}`).toBe(true);
    }

    expect(toldAt(stage, "TokenExpired")).toEqual([]);
    const created = stage.ports.hub.log.filter(({ kind }) => kind === "created");
    expect(created).toHaveLength(4);
    expect(stage.ports.hub.log.filter(({ kind }) => kind === "disabled")).toEqual([]);
    expect(new Set(states(stage))).toEqual(new Set(["unproved"]));
  });

  it("ends the eldest when none of its tokens works any more, and says that it was not proved", async () => {
    const stage = rotationStage();
    alwaysUnhealthy(stage);
    await stage.adopt();
    await stage.live(70 * day);

    const [first] = stage.record().ended;
    expect(first).toMatchObject({ state: "done", failure: { code: "NotProved" } });
    expect(operationOf(stage.record(), first?.id ?? "")).toMatchObject({
      status: "Failed",
      error: { code: "NotProved" },
    });
    expect(states(stage)).toEqual(["unproved"]);
  });
});

describe("when ARM will not have ACR read the secret again", () => {
  it("judges the token all the same, and renews it in time", async () => {
    const stage = rotationStage({ daysLeft: 25 });
    const lacking = () => {
      const problem = { code: "AuthorizationFailed", message: "No right to write the set." };
      throw new LarderError("lacksRight", problem);
    };
    fail(stage, ["credentialSetWriter.touch"], lacking);
    await stage.adopt();
    await stage.live(day);
    expect(toldAt(stage, "RotationBlocked")).toHaveLength(1);

    stage.ports.sets.rereadAfter(3600);
    await stage.live(20 * day);

    expect(tokensAtHub(stage)).toEqual([stage.liveUuid()]);
    expect(stage.record().ended).toMatchObject([{ state: "done" }]);
  });
});

describe("a token that is proved later", () => {
  it("is confirmed by itself, and its old one retired", async () => {
    const stage = rotationStage({ daysLeft: 25 });
    alwaysUnhealthy(stage);
    await stage.adopt();
    await stage.live(3 * day);
    expect(states(stage)).toEqual(["unproved"]);
    expect(heldBy(stage)).toBe("NotConfirmed");

    stage.ports.sets.watchHealth(() => ({ status: "Healthy" }));
    await stage.live(2 * 3600);
    expect(states(stage)).toEqual(["confirmed"]);
    await stage.live(9 * day);
    expect(tokensAtHub(stage)).toEqual([stage.liveUuid()]);
    expect(stage.record().ended).toMatchObject([{ state: "done" }]);
  });

  it("proves those before it: all old ones are retired", async () => {
    const stage = rotationStage({ daysLeft: 25 });
    alwaysUnhealthy(stage);
    await stage.adopt();
    await stage.live(day);
    await ask(stage, force);
    await stage.live(day);
    expect(states(stage)).toEqual(["unproved", "unproved"]);
    expect(tokensAtHub(stage)).toHaveLength(3);

    stage.ports.sets.watchHealth(() => ({ status: "Healthy" }));
    await stage.live(12 * day);

    expect(tokensAtHub(stage)).toEqual([stage.liveUuid()]);
    expect(stage.record().rotations).toEqual([]);
    const ended = stage.record().ended.map(({ id }) => operationOf(stage.record(), id)?.status);
    expect(ended).toEqual(["Succeeded", "Succeeded"]);
  });
});

describe("what people may do meanwhile", () => {
  it("answers a request with the rotation that stands, and begins another by force", async () => {
    const stage = rotationStage();
    alwaysUnhealthy(stage);
    await stage.adopt();
    await stage.live(day);
    const [first] = stage.record().rotations;

    const same = await ask(stage, { force: false });
    expect(same).toMatchObject({ existed: true, operation: { id: first?.id, status: "Running" } });
    const other = await ask(stage, force);
    expect(other).toMatchObject({ existed: false, operation: { status: "NotStarted" } });
    await stage.live(3600);

    expect(stage.record().rotations.map(({ id }) => id)).toEqual([first?.id, other.operation.id]);
    expect(liveWorks(stage)).toBe(true);
  });

  it("lets the set go, and says which token is left to be revoked", async () => {
    const stage = rotationStage();
    alwaysUnhealthy(stage);
    await stage.adopt();
    await stage.live(day);
    const stored = await stage.ports.rotations.get("contoso", "docker-hub");
    const [set] = await stage.ports.credentialSets.list("contoso");

    const { notes } = await releaseCredentialSet(
      stage.ports,
      "contoso",
      "docker-hub",
      { set, stored },
      anna,
    );

    expect(notes).toEqual([
      `The old token ${stage.oldUuid} was not retired yet: revoke it yourself.`,
    ]);
  });

  it("takes its own token back when somebody else writes the live secret", async () => {
    const stage = rotationStage();
    alwaysUnhealthy(stage);
    await stage.adopt();
    await stage.live(day);
    const newUuid = stage.liveUuid();
    const { hub, shelf } = stage.ports;
    const expiresAt = "2027-11-01T00:00:00.000Z";
    const theirs = hub.addToken("larderbot", {
      label: "by hand",
      scopes: ["repo:read"],
      expiresAt,
    });
    shelf.seed(stage.record().passwordSecretId, theirs.value, { expiresAt });

    await stage.live(2 * day);

    expect(stage.liveUuid()).toBe(theirs.uuid);
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, theirs.uuid]);
    expect(newUuid).not.toBe(theirs.uuid);
  });
});

describe("what the registry answers from what it holds", () => {
  it("is no proof: a token with which ACR cannot reach Docker Hub is taken back", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await liveUntil(stage, "promoted");
    stage.ports.sets.watchHealth(() => ({ status: "Healthy" }));
    const pulls = { ...stage.ports.pulls };
    stage.ports.pulls.get = async (registry, repository, reference) =>
      stage.liveUuid() === stage.oldUuid || reference === "latest"
        ? pulls.get(registry, repository, reference)
        : { kind: "couldNotAsk", message: "The registry answered 401." };

    await stage.live(3600);

    expect(stage.liveUuid()).toBe(stage.oldUuid);
    expect(messages(stage, "RotationRolledBack")).toEqual([
      "The live secret holds the old token again. The canary cannot be pulled through the registry.",
    ]);
  });
});

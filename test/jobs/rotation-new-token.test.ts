import { describe, expect, it } from "vitest";
import type { CacheRule } from "../../src/domain/cache-rule.ts";
import {
  busy,
  fail,
  heldBy,
  liveUntil,
  liveWorks,
  messages,
  tokensAtHub,
  toldAt,
} from "./rotation-acts.ts";
import {
  account,
  day,
  ids,
  password,
  type RotationStage,
  rotationStage,
} from "./rotation-stage.ts";

/* Of a token that Larder made: it goes live only when it is the right one. */

const privateRule: CacheRule = {
  name: "private",
  registry: "contoso",
  source: "docker.io/private/app",
  target: "private/app",
  credentialSet: "docker-hub",
  status: "active",
  notes: [],
  requestedBy: "anna",
  requestedAt: "2026-11-01T00:00:00.000Z",
  updatedAt: "2026-11-01T00:00:00.000Z",
  operationId: "",
  attempts: 0,
};

/** What must hold after a new token was taken back: all as before. */
function expectAsBefore(stage: RotationStage, code: string): void {
  expect(stage.record()).toMatchObject({ rotations: [], ended: [{ state: "failed" }] });
  expect(stage.record().ended[0]?.failure?.code).toBe(code);
  expect(stage.liveUuid()).toBe(stage.oldUuid);
  expect(liveWorks(stage)).toBe(true);
  expect(tokensAtHub(stage)).toEqual([stage.oldUuid]);
  expect(stage.ports.shelf.find(ids.pending)).toBeUndefined();
  expect(toldAt(stage, "RotationFailed")).toHaveLength(1);
}

/** A stage two days on, where new tokens are not taken for so long. */
function slowStage(seconds: number, daysLeft = 7): RotationStage {
  const stage = rotationStage({ daysLeft });
  stage.ports.clock.advance(2 * day);
  stage.ports.hub.knobs.newTokenDelaySeconds = seconds;
  return stage;
}

describe("when Docker Hub refuses the new token", () => {
  it("asks again for ten minutes, and goes on as soon as it is known", async () => {
    const stage = slowStage(300);
    await stage.adopt();

    await stage.live(200);
    expect(heldBy(stage)).toBe("NewTokenRefused");
    expect(stage.liveUuid()).toBe(stage.oldUuid);
    await stage.live(200);

    expect(stage.ports.hub.log.map(({ kind }) => kind)).toEqual(["created"]);
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    expect(stage.record().rotations).toMatchObject([{ testedAt: "2026-11-23T02:05:00.000Z" }]);
  });

  it("takes it back after ten minutes, and tries with another a day later", async () => {
    const stage = slowStage(day);
    await stage.adopt();

    await stage.live(590);
    expect(stage.record().rotations).toMatchObject([{ state: "stored" }]);
    await stage.live(60);
    expectAsBefore(stage, "NewTokenRefused");
    expect(stage.record().notBefore).toBe("2026-11-24T02:10:00.000Z");

    stage.ports.hub.knobs.newTokenDelaySeconds = 0;
    await stage.live(2 * day);
    expect(toldAt(stage, "RotationStarted")[1]).toBe("2026-11-24T02:10:50.000Z");
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });

  it("takes it back and tries again within the hour, all the same, when the live token is dead", async () => {
    const stage = slowStage(day, 1);
    await stage.adopt();

    await stage.live(660);
    expect(stage.record()).toMatchObject({ rotations: [], ended: [{ state: "failed" }] });
    expect(stage.record().notBefore).toBe("2026-11-23T03:10:00.000Z");
    stage.ports.hub.knobs.newTokenDelaySeconds = 0;
    await stage.live(2 * 3600);

    expect(liveWorks(stage)).toBe(true);
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, stage.liveUuid()]);
  });
});

describe("when the new token is the wrong one", () => {
  it("takes it back when it may not read a private image that the old one may and that is cached", async () => {
    const stage = rotationStage();
    stage.ports.table.seed(privateRule);
    await stage.adopt({ scope: "repo:public_read" });

    await stage.live(60);

    expectAsBefore(stage, "CannotReadPrivateImage");
    expect(messages(stage, "RotationStepFailed")).toEqual([
      "The new token may not read docker.io/private/app, which the old one may, and which is cached.",
    ]);
  });

  it("lets it pass when the old one could not read that private image either", async () => {
    const stage = rotationStage();
    stage.ports.table.seed({ ...privateRule, source: "docker.io/elsewhere/app" });
    const { upstreams } = stage.ports;
    const head = upstreams.head.bind(upstreams);
    upstreams.head = async (upstream, repository, tag, login) =>
      repository === "elsewhere/app"
        ? { kind: "denied", message: "docker.io answered 401." }
        : head(upstream, repository, tag, login);
    await stage.adopt();

    await stage.live(60);

    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });

  it("does not promote something that somebody else put into the pending secret meanwhile, and makes its own again", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await liveUntil(stage, "stored");
    stage.ports.shelf.seed(ids.pending, password);

    await stage.live(3600);

    expect(stage.ports.shelf.find(ids.live)).not.toBe(password);
    expect(liveWorks(stage)).toBe(true);
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, stage.liveUuid()]);
  });

  it("waits while the registry of Docker Hub does not answer, and judges nothing", async () => {
    const stage = rotationStage();
    fail(stage, ["upstreams.head"]);
    await stage.adopt();

    await stage.live(3600);
    expect(stage.record().rotations).toMatchObject([
      { state: "stored", hold: { code: "ServerBusy" } },
    ]);
    expect(stage.record().rotations[0]?.refusedSince).toBeUndefined();

    stage.ports.interruptions.clear();
    await stage.live(3600);
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });
});

describe("when the new token cannot be put to use", () => {
  it("stops with an alarm when the user name in the vault is another than the account's", async () => {
    const stage = rotationStage();
    await stage.adopt();
    stage.ports.shelf.seed(ids.username, "somebodyelse");

    await stage.live(3600);
    expect(heldBy(stage)).toBe("UserNameDiffers");
    expect(stage.liveUuid()).toBe(stage.oldUuid);

    stage.ports.shelf.seed(ids.username, account);
    await stage.live(6 * 3600 + 600);
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, stage.liveUuid()]);
  });

  it("stops with an alarm when the vault forbids, and goes on when it allows", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await liveUntil(stage, "tested");
    stage.ports.shelf.allow(false);

    await stage.live(3600);
    expect(heldBy(stage)).toBe("Forbidden");
    stage.ports.shelf.allow(true);
    await stage.live(6 * 3600);

    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    expect(liveWorks(stage)).toBe(true);
  });

  it("does not write the live secret twice when the answer to the first time is lost", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await liveUntil(stage, "tested");
    stage.ports.interruptions.interrupt("secrets.put", "after", busy());

    await stage.live(3600);

    expect(stage.ports.shelf.versions(ids.live)).toHaveLength(2);
    expect(stage.record().rotations).toMatchObject([{ state: "confirmed" }]);
  });
});

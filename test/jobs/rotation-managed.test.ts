import { describe, expect, it } from "vitest";
import { liveWorks, messages, place, tokensAtHub, toldAt } from "./rotation-acts.ts";
import { account, day, ids, password, rotationStage } from "./rotation-stage.ts";

const newUuid = "7e000000-0000-4000-8000-000000000002";
const seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const totpSeedId = `https://contoso.vault.azure.net/secrets/docker-hub-${account}-totp-seed`;

describe("a managed rotation", () => {
  it("goes from a token with five days left to a new one, and retires the old one, to the second", async () => {
    const stage = rotationStage();
    await stage.adopt();

    await stage.live(9 * day);

    expect(stage.ports.news.told.map(({ at, name }) => `${at} ${name}`)).toEqual([
      "2026-11-21T02:00:00.000Z RotationAdopted",
      "2026-11-21T02:00:00.000Z RotationStarted",
      "2026-11-21T02:00:00.000Z TokenCreated",
      "2026-11-21T02:00:00.000Z TokenTested",
      "2026-11-21T02:00:00.000Z TokenPromoted",
      "2026-11-21T02:00:20.000Z TokenConfirmed",
      "2026-11-22T02:00:20.000Z OldTokenDisabled",
      "2026-11-29T02:00:20.000Z OldTokenDeleted",
      "2026-11-29T02:00:20.000Z RotationEnded",
    ]);
    expect(stage.liveUuid()).toBe(newUuid);
    expect(tokensAtHub(stage)).toEqual([newUuid]);
    expect(stage.record()).toMatchObject({
      rotations: [],
      ended: [{ state: "done", oldUuid: stage.oldUuid, newUuid, trigger: "adoption" }],
      live: { uuid: newUuid, works: "yes", expiresAt: "2027-02-19T02:00:00.000Z" },
    });
  });

  it("begins when the token has renewBefore left, and not a day sooner", async () => {
    const stage = rotationStage({ daysLeft: 33 });
    await stage.adopt();

    await stage.live(3 * day - 1);
    expect(stage.told()).toEqual(["RotationAdopted"]);
    expect(stage.liveUuid()).toBe(stage.oldUuid);
    await stage.live(3600);

    expect(toldAt(stage, "RotationStarted")).toEqual(["2026-11-24T02:59:59.000Z"]);
    expect(stage.record().rotations).toMatchObject([{ trigger: "schedule", by: "larder" }]);
    expect(stage.liveUuid()).toBe(newUuid);
  });

  it("keeps the old token valid for the grace, disabled for the retention, and then deletes it", async () => {
    const stage = rotationStage();
    const old = () => stage.ports.hub.tokens(account).find(({ uuid }) => uuid === stage.oldUuid);
    await stage.adopt({ grace: "P2D", retention: "P3D" });

    await stage.live(2 * day + 19);
    expect(old()?.active).toBe(true);
    await stage.live(1);
    expect(old()?.active).toBe(false);
    await stage.live(3 * day - 1);
    expect(old()?.active).toBe(false);
    await stage.live(3600);

    expect(old()).toBeUndefined();
  });

  it("closes the pending secret at the end, so that it cannot be read", async () => {
    const stage = rotationStage();
    await stage.adopt();

    await stage.live(8 * day);
    expect(stage.ports.hub.uuidOf(stage.ports.shelf.find(ids.pending) ?? "")).toBe(newUuid);
    await stage.live(day);

    expect(stage.ports.shelf.find(ids.pending)).toBeUndefined();
    expect(stage.ports.shelf.versions(ids.pending)).toMatchObject([{ enabled: false }]);
  });

  it("lets the secrets tell what they hold, whose it is and from which rotation, and keeps a person's own tags", async () => {
    const stage = rotationStage();
    const { shelf } = stage.ports;
    const [first] = shelf.versions(ids.live);
    shelf.change(ids.live, first?.version ?? "", { tags: { team: "platform" } });
    await stage.adopt();

    await stage.live(600);

    const marks = {
      "larder-owner": "contoso/docker-hub",
      "larder-rotation": stage.record().rotations[0]?.id,
      "larder-token": newUuid,
    };
    const expiresAt = "2027-02-19T02:00:00.000Z";
    expect(shelf.versions(ids.pending)).toMatchObject([{ tags: marks, expiresAt }]);
    expect(shelf.versions(ids.live).at(-1)).toMatchObject({
      tags: { ...marks, team: "platform" },
      expiresAt,
    });
  });

  it("makes a token with the least scope, an end, and a label that says whose it is", async () => {
    const stage = rotationStage();
    await stage.adopt({ lifetime: "P60D", scope: "repo:public_read" });

    await stage.live(600);

    expect(stage.ports.hub.tokens(account)[0]).toMatchObject({
      label: "larder contoso/docker-hub aaaaaaaaaaaaaaaaaaaaaaaaad",
      scopes: ["repo:public_read"],
      expiresAt: "2027-01-20T02:00:00.000Z",
    });
  });

  it("signs in with the TOTP seed where the account has two-factor login", async () => {
    const stage = rotationStage({ account: { totpSeed: seed } });
    stage.ports.shelf.seed(totpSeedId, seed);
    await stage.adopt();

    await stage.live(9 * day);

    expect(stage.record().ended).toMatchObject([{ state: "done" }]);
    expect(tokensAtHub(stage)).toEqual([newUuid]);
  });

  it("makes every set that reads the secret read it again, in every registry", async () => {
    const stage = rotationStage({ registries: ["contoso", "fabrikam"] });
    await stage.adopt();

    await stage.live(600);

    const held = stage.ports.shelf.find(ids.live);
    expect(stage.ports.sets.credentialsOf("contoso", "docker-hub")?.password).toBe(held);
    expect(stage.ports.sets.credentialsOf("fabrikam", "docker-hub")?.password).toBe(held);
  });

  it("replaces the account's password by a token at once, and has nothing to retire then", async () => {
    const stage = rotationStage();
    stage.ports.shelf.seed(ids.live, password);
    await stage.adopt();

    await stage.live(600);

    expect(messages(stage, "RotationStarted")).toEqual([
      "A rotation began: the live secret holds the account's password. Operation contoso-aaaaaaaaaaaaaaaaaaaaaaaaad.",
    ]);
    expect(liveWorks(stage)).toBe(true);
    expect(stage.record()).toMatchObject({ rotations: [], ended: [{ state: "done" }] });
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, stage.liveUuid()]);
  });

  it("leaves tokens of others alone, from the first day to the last", async () => {
    const stage = rotationStage();
    const strangers = Array.from({ length: 40 }, (_, number) => {
      const label = number === 0 ? "larder contoso/docker-hub2 aaaa" : `of a person ${number}`;
      return stage.ports.hub.addToken(account, { label }).uuid;
    });
    await stage.adopt();

    await stage.live(9 * day);

    expect(tokensAtHub(stage)).toEqual([...strangers, stage.liveUuid()]);
    expect(stage.ports.hub.log.map(({ kind, uuid }) => `${kind} ${uuid}`)).toEqual([
      `created ${stage.liveUuid()}`,
      `disabled ${stage.oldUuid}`,
      `removed ${stage.oldUuid}`,
    ]);
  });

  it("has nothing to do while a person renews the token in time by hand", async () => {
    const stage = rotationStage({ daysLeft: 40 });
    await stage.adopt();
    await stage.live(9 * day);

    const theirs = place(stage, ids.live, { expiresAt: "2027-03-01T02:00:00.000Z" });
    await stage.live(5 * day);

    expect(stage.told()).toEqual(["RotationAdopted", "LiveTokenReplaced"]);
    expect(stage.record().live).toMatchObject({ uuid: theirs, works: "yes" });
  });
});

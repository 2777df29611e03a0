import { describe, expect, it } from "vitest";
import { noteSecretEvent } from "../../src/jobs/note-secret-event.ts";
import { liveUntil, liveWorks, messages, place, tokensAtHub, toldAt } from "./rotation-acts.ts";
import {
  account,
  day,
  ids,
  password,
  type RotationStage,
  rotationStage,
} from "./rotation-stage.ts";

/* A person makes the token; Larder tests it, puts it to use, proves it, and says what to revoke. */

const theirEnd = "2027-02-01T02:00:00.000Z";
const instructions =
  'Make an access token for Docker account "larderbot" with scope "repo:read" at https://app.docker.com/settings/personal-access-tokens. Put it into the pending secret with its own expiry: az keyvault secret set --vault-name contoso --name docker-hub-token-pending --file <file> --expires <yyyy-mm-ddThh:mm:ssZ>. Larder tests it, puts it to use and proves it.';

/** Without the account's password: Larder cannot sign in. */
async function assisted(): Promise<RotationStage> {
  const stage = rotationStage();
  stage.ports.shelf.purge(ids.password);
  await stage.adopt({ mode: "assisted" });
  return stage;
}

/** The event that Key Vault sends for a new version of the pending secret. */
const newVersion = ({ ports }: RotationStage) =>
  noteSecretEvent(ports, {
    type: "SecretNewVersionCreated",
    vault: "contoso",
    secret: "docker-hub-token-pending",
  });

describe("an assisted rotation", () => {
  it("asks for a token, tests, promotes and proves it, and says what to revoke after the grace", async () => {
    const stage = await assisted();
    await stage.live(1800);
    const theirs = place(stage, ids.pending, { expiresAt: theirEnd });
    await newVersion(stage);

    await stage.live(2 * day);

    expect(stage.ports.news.told.map(({ at, name }) => `${at} ${name}`)).toEqual([
      "2026-11-21T02:00:00.000Z RotationAdopted",
      "2026-11-21T02:00:00.000Z RotationStarted",
      "2026-11-21T02:00:00.000Z TokenNeeded",
      "2026-11-21T02:30:00.000Z TokenTested",
      "2026-11-21T02:30:00.000Z TokenPromoted",
      "2026-11-21T02:30:00.000Z TokenConfirmed",
      "2026-11-22T02:30:00.000Z RevocationNeeded",
      "2026-11-22T02:30:00.000Z RotationEnded",
    ]);
    expect(messages(stage, "TokenNeeded")).toEqual([instructions]);
    expect(messages(stage, "RevocationNeeded")).toEqual([
      `Revoke the old token ${stage.oldUuid} of Docker account "larderbot" at https://app.docker.com/settings/personal-access-tokens.`,
    ]);
    expect(stage.liveUuid()).toBe(theirs);
    expect(stage.ports.shelf.versions(ids.live).at(-1)).toMatchObject({
      expiresAt: theirEnd,
      tags: { "larder-owner": "contoso/docker-hub", "larder-token": theirs },
    });
    expect(stage.ports.shelf.find(ids.pending)).toBeUndefined();
    expect(tokensAtHub(stage)).toEqual([stage.oldUuid, theirs]);
    expect(stage.ports.hub.log).toEqual([]);
  });

  it("asks again every day", async () => {
    const stage = await assisted();

    await stage.live(3 * day - 60);

    expect(toldAt(stage, "TokenNeeded")).toEqual([
      "2026-11-21T02:00:00.000Z",
      "2026-11-22T02:00:00.000Z",
      "2026-11-23T02:00:00.000Z",
    ]);
  });

  it("finds the token by its daily look when the event never came", async () => {
    const stage = await assisted();
    await stage.live(3600);
    const theirs = place(stage, ids.pending, { expiresAt: theirEnd });

    await stage.live(day);

    expect(stage.liveUuid()).toBe(theirs);
  });

  it("takes one that is placed before anybody asked for it", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await stage.adopt({ mode: "assisted" });
    await stage.live(day + 60);
    const theirs = place(stage, ids.pending, { expiresAt: theirEnd });
    await newVersion(stage);

    await stage.live(600);

    expect(stage.liveUuid()).toBe(theirs);
    expect(messages(stage, "RotationStarted")[0]).toMatch(
      /^A rotation began: a new token lies in the pending secret\./,
    );
  });

  it("tests the second token when another is placed while the first is tested", async () => {
    const stage = await assisted();
    await stage.live(60);
    place(stage, ids.pending, { expiresAt: theirEnd });
    await newVersion(stage);
    await liveUntil(stage, "tested");
    const second = place(stage, ids.pending, { expiresAt: theirEnd });

    await stage.live(day + 3600);

    expect(stage.liveUuid()).toBe(second);
    expect(stage.ports.shelf.versions(ids.live)).toHaveLength(2);
    expect(stage.record().ended).toMatchObject([{ state: "done", newUuid: second }]);
  });

  it("warns when nobody wrote the expiry of the token, because it cannot be asked for", async () => {
    const stage = await assisted();
    await stage.live(60);
    place(stage, ids.pending);
    await newVersion(stage);

    await stage.live(2 * day);

    expect(messages(stage, "ExpiryUnknown")).toEqual([
      "Nobody knows when the live token ends: set the expiry of the secret's version, or ask for a rotation now.",
    ]);
    expect(liveWorks(stage)).toBe(true);
  });

  it("ends by itself when a person wrote the live secret directly", async () => {
    const stage = await assisted();
    await stage.live(60);
    const theirs = place(stage, ids.live, { expiresAt: theirEnd });

    await stage.live(day + 60);

    expect(stage.record()).toMatchObject({
      rotations: [],
      ended: [{ state: "failed", failure: { code: "LiveSecretChanged" } }],
      live: { uuid: theirs },
    });
  });
});

describe("when a person places the wrong thing", () => {
  it.each<[string, string, (stage: RotationStage) => void]>([
    [
      "a token of another account",
      "TokenOfAnotherAccount",
      ({ ports }) => {
        ports.hub.addAccount({ username: "somebody", password: "x" });
        ports.shelf.seed(ids.pending, ports.hub.addToken("somebody", { label: "x" }).value);
      },
    ],
    [
      "one that may do too little",
      "ScopeTooNarrow",
      (stage) => void place(stage, ids.pending, { scopes: ["repo:public_read"] }),
    ],
    [
      "the account's password",
      "NotAToken",
      ({ ports }) => void ports.shelf.seed(ids.pending, password),
    ],
    [
      "text that is nothing to Docker Hub",
      "NewTokenRefused",
      ({ ports }) => void ports.shelf.seed(ids.pending, "dckr_pat_typo"),
    ],
  ])("refuses %s, leaves the live secret, and waits for another", async (_what, code, wrong) => {
    const stage = await assisted();
    await stage.live(60);
    wrong(stage);
    await newVersion(stage);

    await stage.live(3600);
    expect(stage.record().ended).toMatchObject([{ state: "failed", failure: { code } }]);
    expect(stage.liveUuid()).toBe(stage.oldUuid);
    expect(toldAt(stage, "RotationFailed")).toHaveLength(1);
    expect(stage.ports.shelf.find(ids.pending)).toBeUndefined();

    const right = place(stage, ids.pending, { expiresAt: theirEnd });
    await newVersion(stage);
    await stage.live(600);
    expect(stage.liveUuid()).toBe(right);
  });
});

describe("an organization access token", () => {
  it("is renewed with the organization's name as the user name, and its revoking is said", async () => {
    const stage = rotationStage();
    const { hub, shelf } = stage.ports;
    hub.addOrganization("contosoorg");
    const old = hub.addOrgToken("contosoorg", { label: "old" });
    shelf.seed(ids.username, "contosoorg");
    shelf.seed(ids.live, old.value, { expiresAt: "2026-11-26T02:00:00.000Z" });
    await stage.adopt({ mode: "assisted", account: "contosoorg" });
    await stage.live(60);
    const fresh = hub.addOrgToken("contosoorg", { label: "new" });
    shelf.seed(ids.pending, fresh.value, { expiresAt: theirEnd });
    await newVersion(stage);

    await stage.live(2 * day);

    expect(fresh.value).toMatch(/^dckr_oat_/);
    expect(stage.liveUuid()).toBe(fresh.uuid);
    expect(stage.record().live).toMatchObject({ kind: "organization", works: "yes" });
    expect(messages(stage, "RevocationNeeded")).toEqual([
      `Revoke the old token ${old.uuid} of organization "contosoorg" in Docker's Admin Console (Access tokens). Expired ones count against the organization's limit (10 with Team, 100 with Business), so delete it.`,
    ]);
    expect(stage.ports.hub.tokens(account)).toHaveLength(1);
  });
});

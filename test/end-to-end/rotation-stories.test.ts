import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, field, until } from "./app.ts";
import { clientPull } from "./cached-images.ts";
import {
  addAccount,
  addSet,
  inDays,
  type OwnSet,
  organizationToken,
  personsVault,
  storyOf,
  tokenByHand,
} from "./rotation-accounts.ts";
import { hubTokens, policy, shownSet, startRotating } from "./rotation-stage.ts";
import { secretValue } from "./written.ts";

/*
 * Several credential sets in one app, all at once, each with an account and a story of its own. The sweep of rotations is up to
 * a year away and nobody posts: what is not begun or woken by an event of the vault's, or by Larder's own message, never is.
 */

const settings = {
  ROTATION_SCHEDULE: "0 0 0 1 1 *",
  ROTATION_EVERY_SECONDS: "86400",
  ROTATION_CONFIRM_SECONDS: "10",
  // Docker's clock is compared with ours by ten seconds; the story in rotation.test.ts waits them out.
  ROTATION_LAST_USED: "ignore",
};
/** Base32, made up. */
const seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const renewed = [
  "RotationStarted",
  "TokenCreated",
  "TokenTested",
  "TokenPromoted",
  "TokenConfirmed",
  "OldTokenDisabled",
  "OldTokenDeleted",
  "RotationEnded",
];

describe("by events and messages alone", () => {
  let app: App;
  beforeAll(async () => {
    app = await startRotating(settings);
    app.standIn.hub.knobs.requestsPerMinute = 10_000;
  });
  afterAll(() => app.close());

  const adopt = async ({ name, path }: OwnSet, mode: "managed" | "assisted" = "managed") => {
    const reply = await app.call("PUT", path, { rotation: { ...policy, mode, account: name } });
    expect([reply.status, field(reply, "notes")]).toEqual([201, []]);
  };
  const events = (name: string) => storyOf(app, name).map(([event]) => event);
  /** Waits until an event has been told of the set; the set as it then is, and its last rotation. */
  const after = async (event: string, { name, path }: OwnSet) => {
    const heard = async () => events(name);
    await until(`${event} of ${name}`, heard, (so) => so.includes(event), 60);
    const set = await shownSet(app, path);
    return { set, last: set?.rotation?.last[0] };
  };
  /** Which of these tokens there still are, and whether they are enabled. */
  const left = (...uuids: readonly (string | undefined)[]) =>
    hubTokens(app)
      .filter(({ uuid }) => uuids.includes(uuid))
      .map(({ uuid, is_active: active }) => [uuid, active]);
  const pulls = async ({ repository }: OwnSet) =>
    (await clientPull(app, repository, "latest")).status;
  const hinted = (event: string, secret: string) =>
    app.log.find((line) => line.includes(`${event} of secret "${secret}" in`));

  it.concurrent.each([
    ["personal", "person", 'of Docker account "person" at https://app.docker.com/'],
    ["organization", "contoso", 'of organization "contoso" in Docker\'s Admin Console'],
  ] as const)(
    "assisted (a token that is %s): used as soon as it is placed, and after the grace a person is told what to revoke",
    async (kind, name, where) => {
      const owner = { username: `${name}-owner`, password: "made up" };
      app.standIn.hub.addAccount(owner);
      app.standIn.hub.addOrganization({ name, owners: [owner.username], plan: "team" });
      addAccount(app, name);
      const make = () =>
        kind === "personal" ? tokenByHand(app, name, 90) : organizationToken(app, name, owner);
      const old = await make();
      const of = await addSet(app, name, { account: name, token: old.token, days: 5 });
      await adopt(of, "assisted");
      const asked = await after("TokenNeeded", of);
      expect(asked.set?.rotation?.running?.state).toBe("waiting");
      expect(asked.set?.rotation?.toDo[0]).toContain(`--name ${of.pending} --file`);

      const made = await make();
      await personsVault(app).setSecret(of.pending, made.token, { expiresOn: inDays(90) });
      const { set, last } = await after("RotationEnded", of);

      const uuids = { oldTokenUuid: old.uuid, newTokenUuid: made.uuid };
      expect(last).toMatchObject({ state: "done", ...uuids });
      expect(set?.token).toMatchObject({ uuid: made.uuid, kind, works: "yes", daysLeft: 89 });
      expect([secretValue(app, of.live), secretValue(app, of.pending)]).toEqual([made.token, ""]);
      expect(await pulls(of)).toBe(200);
      expect(left(old.uuid)).toEqual([[old.uuid, true]]);
      expect(events(name)).toEqual([
        "RotationAdopted",
        "RotationStarted",
        "TokenNeeded",
        "TokenTested",
        "TokenPromoted",
        "TokenConfirmed",
        "RevocationNeeded",
        "RotationEnded",
      ]);
      const revoke = new Map(storyOf(app, name)).get("RevocationNeeded");
      expect(revoke).toContain(`Revoke the old token ${old.uuid} ${where}`);
      expect(hinted("SecretNewVersionCreated", of.pending)).toContain(`for larderdev/${name}`);
    },
  );

  it.concurrent("an account with two-factor login signs in with codes from its seed", async () => {
    const answers = new Set<number>();
    const unwatch = app.standIn.log.watch(({ call, answer }) => {
      if (call.path === "/v2/users/2fa-login") answers.add(answer.status);
    });
    addAccount(app, "careful", seed);
    const old = tokenByHand(app, "careful", 5);
    const of = await addSet(app, "careful", { account: "careful", token: old.token, days: 5 });

    await adopt(of);
    const { last } = await after("RotationEnded", of);
    unwatch();

    expect(last).toMatchObject({ state: "done", trigger: "adoption", oldTokenUuid: old.uuid });
    expect([...answers]).toEqual([200]);
    expect(left(old.uuid, last?.newTokenUuid)).toEqual([[last?.newTokenUuid, true]]);
    expect(await pulls(of)).toBe(200);
    expect(events("careful")).toEqual(["RotationAdopted", ...renewed]);
  });

  it.concurrent("SecretNearExpiry begins a rotation: a person has told the vault when the token ends", async () => {
    addAccount(app, "lasting");
    const old = tokenByHand(app, "lasting");
    const of = await addSet(app, "lasting", { account: "lasting", token: old.token });
    await adopt(of);
    const { set } = await after("ExpiryUnknown", of);
    expect(set?.rotation?.running).toBeUndefined();
    expect(set?.rotation?.toDo[0]).toContain("Nobody knows when the live token ends.");

    const vault = personsVault(app);
    const { version = "" } = (await vault.getSecret(of.live)).properties;
    await vault.updateSecretProperties(of.live, version, { expiresOn: inDays(5) });
    const { last } = await after("RotationEnded", of);

    expect(last).toMatchObject({ state: "done", trigger: "event", oldTokenUuid: old.uuid });
    expect(left(old.uuid, last?.newTokenUuid)).toEqual([[last?.newTokenUuid, true]]);
    expect(await pulls(of)).toBe(200);
    expect(events("lasting")).toEqual(["RotationAdopted", "ExpiryUnknown", ...renewed]);
    expect(hinted("SecretNearExpiry", of.live)).toContain("noted for larderdev/lasting");
  });

  it.concurrent("a token with which ACR does worse is taken back: the old one is live again", async () => {
    addAccount(app, "unlucky");
    const old = tokenByHand(app, "unlucky", 5);
    const of = await addSet(app, "unlucky", { account: "unlucky", token: old.token, days: 5 });
    const label = "larder larderdev/unlucky ";
    const made = () => hubTokens(app).find((one) => one.label.startsWith(label))?.uuid;
    // It passes every test; as soon as it is live the registry of Docker Hub refuses it.
    const unwatch = app.standIn.log.watch(({ service, call: { method, path } }) => {
      if (service === "vault" && method === "PUT" && path === `/secrets/${of.live}`)
        app.standIn.hub.knobs.registryRefuses = [made() ?? ""];
    });

    await adopt(of);
    const { set, last } = await after("TokenExpiresSoon", of);
    unwatch();

    const unhealthy = 'ACR calls credential set "unlucky" unhealthy.';
    const failure = { code: "AcrRefusedNewToken", message: expect.stringContaining(unhealthy) };
    expect(last).toMatchObject({ state: "failed", failure });
    const operation = await app.call("GET", `operations/${last?.id}`);
    expect(operation.body).toMatchObject({ kind: "rotate", status: "Failed", error: failure });
    expect(secretValue(app, of.live)).toBe(old.token);
    expect(set?.token).toMatchObject({ uuid: old.uuid, works: "yes" });
    expect(set?.health).toEqual({ status: "Healthy" });
    expect([made(), left(old.uuid)]).toEqual([undefined, [[old.uuid, true]]]);
    expect(await pulls(of)).toBe(200);
    expect(events("unlucky")).toEqual([
      "RotationAdopted",
      "RotationStarted",
      "TokenCreated",
      "TokenTested",
      "TokenPromoted",
      "RotationRolledBack",
      "RotationFailed",
      "TokenExpiresSoon",
    ]);
  });
});

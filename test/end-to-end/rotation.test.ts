import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, field, until } from "./app.ts";
import { clientPull } from "./cached-images.ts";
import {
  hubTokens,
  liveWorks,
  policy,
  setPath,
  shownSet,
  startRotating,
} from "./rotation-stage.ts";
import { secretValue } from "./written.ts";

/* A token's whole life on the running host: real SDKs, real sockets, Event Grid and the queue as they come. */

describe("a token is renewed end to end", () => {
  let app: App;
  beforeAll(async () => {
    app = await startRotating();
    app.standIn.hub.createToken("larderbot", { label: "somebody else's" });
  });
  afterAll(() => app.close());

  it("on adoption, because its token has five days left: made, tested, promoted, proved, and the old one retired", async () => {
    const before = hubTokens(app).find(({ label }) => label === "larder docker-hub");
    const reply = await app.call("PUT", setPath, { rotation: policy });
    expect(reply.status).toBe(201);

    const shown = await until(
      "the end",
      () => shownSet(app),
      (set) => set?.rotation?.last[0] !== undefined,
      60,
    );

    expect(shown?.rotation?.last[0]).toMatchObject({ state: "done", oldTokenUuid: before?.uuid });
    expect(shown?.token).toMatchObject({
      works: "yes",
      uuid: shown?.rotation?.last[0]?.newTokenUuid,
    });
    expect(
      hubTokens(app)
        .map(({ label }) => label)
        .toSorted(),
    ).toEqual([
      expect.stringMatching(/^larder larderdev\/docker-hub [a-z2-7]{26}$/),
      "somebody else's",
    ]);
    expect(liveWorks(app)).toBe(true);
    expect((await clientPull(app, "library/alpine", "latest")).status).toBe(200);
    const operation = await app.call("GET", `operations/${shown?.rotation?.last[0]?.id}`);
    expect(operation.body).toMatchObject({ kind: "rotate", status: "Succeeded" });
  });

  it("leaves the vault telling what is what", () => {
    const { secrets } = app.standIn.vault.state() as {
      secrets: { name: string; versions: { tags?: object; enabled: boolean; exp?: number }[] }[];
    };
    const newest = (name: string) => secrets.find((one) => one.name === name)?.versions.at(-1);
    const live = hubTokens(app).find(({ label }) => label.startsWith("larder larderdev/"));
    expect(newest("docker-hub-token")).toMatchObject({
      enabled: true,
      exp: expect.any(Number),
      tags: {
        "larder-owner": "larderdev/docker-hub",
        "larder-rotation": expect.stringMatching(/^larderdev-/),
        "larder-token": live?.uuid,
      },
    });
    expect(newest("docker-hub-token-pending")?.enabled).toBe(false);
  });

  it("tells everything once: history, log, events", async () => {
    const history = await app.call(
      "GET",
      "registries/larderdev/history?resource=docker-hub&top=100",
    );
    const events = (field(history, "value") as { event: string }[]).map(({ event }) => event);
    const story = [
      "rotationAdopted",
      "rotationStarted",
      "tokenCreated",
      "tokenTested",
      "tokenPromoted",
      "tokenConfirmed",
      "oldTokenDisabled",
      "oldTokenDeleted",
      "rotationEnded",
    ];
    expect(events.toReversed()).toEqual(story);
    const types = app.standIn.topic.events().map(({ type }) => type);
    expect(types).toEqual(
      story.map((name) => `Larder.${name.charAt(0).toUpperCase()}${name.slice(1)}`),
    );
    expect(app.log.filter((line) => line.includes("Larder.TokenPromoted"))).toHaveLength(1);
  });

  it("is not renewed again by its own events, but by POST with force, once for two at a time", async () => {
    const made = () => hubTokens(app).filter(({ label }) => label.startsWith("larder larderdev/"));
    const [first] = made();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(made()).toEqual([first]);
    expect((await app.call("POST", `${setPath}/rotate`, {})).status).toBe(409);

    const force = { force: true, reason: "a laptop was stolen" };
    const answers = await Promise.all(
      [1, 2, 3].map(() => app.call("POST", `${setPath}/rotate`, force)),
    );

    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    const ids = new Set(answers.map((one) => field(one, "id")));
    expect(ids.size).toBe(1);
    await until(
      "the end",
      () => shownSet(app),
      (set) => set?.rotation?.last[0]?.id === [...ids][0] && set?.rotation?.retiring.length === 0,
      60,
    );
    expect(made()).toHaveLength(1);
    expect(made()[0]?.uuid).not.toBe(first?.uuid);
    expect(liveWorks(app)).toBe(true);
  });
});

describe("a set that does not exist is made, with its first token", () => {
  let app: App;
  beforeAll(async () => {
    app = await startRotating({ ROTATION_LAST_USED: "ignore" });
  });
  afterAll(() => app.close());

  const path = "registries/larderdev/credential-sets/docker-two";
  const secretIds = () => ({
    usernameSecretId: `${app.standIn.urls.vault}/secrets/two-username`,
    passwordSecretId: `${app.standIn.urls.vault}/secrets/two-token`,
  });

  it("and says which command to run while it may not grant the role itself", async () => {
    app.standIn.arm.access.mayAssign = false;

    const reply = await app.call("PUT", path, { ...secretIds(), rotation: policy });

    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({
      access: { state: "needed", commands: [expect.stringMatching(/^az role assignment create /)] },
    });
    expect(secretValue(app, "two-username")).toBe("larderbot");
  });

  it("and signs in as soon as it may", async () => {
    app.standIn.arm.access.mayAssign = true;
    await app.call("POST", `${path}/rotate`, { force: true, reason: "the role is granted" });
    const seen = await until(
      "a healthy set",
      () => app.call("GET", path),
      (reply) => JSON.stringify(reply.body).includes('"status":"Healthy"'),
      60,
    );
    expect(seen.body).toMatchObject({ access: { state: "granted" } });
    expect(secretValue(app, "two-token")).toMatch(/^dckr_pat_/);
  });
});

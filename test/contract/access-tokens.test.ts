import { describe, expect, it } from "vitest";
import { secret } from "../../src/domain/secret.ts";
import { hubContracts, sessionOf, started } from "./hub-worlds.ts";

const larry = { username: "larry", password: "correct horse" };
const wish = {
  label: "larder contoso/docker-hub",
  scope: "repo:public_read",
  expiresAt: "2027-02-01T00:00:00.250Z",
} as const;
const absent = "0a0b0c0d-0000-4000-8000-00000000dead";

describe.each(hubContracts)("access tokens: $name", ({ make }) => {
  const world = started(make);
  const signedIn = async () => {
    const hub = await world();
    hub.addAccount(larry);
    const session = await sessionOf(hub.logins, larry.username, larry.password);
    return { hub, session };
  };
  it("makes a token that works and is listed without its value", async () => {
    const { hub, session } = await signedIn();

    const made = await hub.accessTokens.create(session, wish);
    const listed = await hub.accessTokens.list(session);
    const found = await hub.logins.identify("larry", made.value);

    expect(made.expiresAt).toBe("2027-02-01T00:00:00.250Z");
    expect(listed).toEqual([
      {
        uuid: made.uuid,
        label: "larder contoso/docker-hub",
        active: true,
        scopes: ["repo:public_read"],
        createdAt: expect.stringMatching(/^2026-11-21T\d\d:00:0\d\.\d{3}Z$/),
        expiresAt: "2027-02-01T00:00:00.250Z",
      },
    ]);
    expect(found).toMatchObject({ uuid: made.uuid, scopes: ["repo:public_read"] });
    expect(JSON.stringify(listed)).not.toContain(made.value.reveal());
  });

  it("lists all of the account's tokens, newest first, and no others", async () => {
    const { hub, session } = await signedIn();
    hub.addAccount({ username: "other", password: "p" });
    const labels = Array.from({ length: 230 }, (_, index) => `token ${index}`);
    for (const label of labels) hub.addToken("larry", { label });
    hub.addToken("other", { label: "stranger" });

    const listed = await hub.accessTokens.list(session);

    expect(listed.map(({ label }) => label)).toEqual(labels.reverse());
  });

  it("disables and enables, again and again", async () => {
    const { hub, session } = await signedIn();
    const { uuid, value } = hub.addToken("larry", { label: "a" });
    const state = async () => [
      (await hub.accessTokens.list(session))[0]?.active,
      (await hub.logins.identify("larry", secret(value)))?.uuid,
    ];

    const seen = [];
    for (const active of [false, false, true, true]) {
      await hub.accessTokens.setActive(session, uuid, active);
      seen.push(await state());
    }

    expect(seen).toEqual([
      [false, undefined],
      [false, undefined],
      [true, uuid],
      [true, uuid],
    ]);
  });

  it("deletes for good, and what is gone already", async () => {
    const { hub, session } = await signedIn();
    const { uuid, value } = hub.addToken("larry", { label: "a" });
    const { uuid: kept } = hub.addToken("larry", { label: "b" });

    for (const one of [uuid, uuid, absent, "", ".."]) await hub.accessTokens.remove(session, one);

    expect((await hub.accessTokens.list(session)).map((one) => one.uuid)).toEqual([kept]);
    expect(await hub.logins.identify("larry", secret(value))).toBeUndefined();
  });

  it.each([absent, "", "..", "a/b", "?x"])("answers missing for token %j", async (uuid) => {
    const { hub, session } = await signedIn();
    hub.addToken("larry", { label: "a" });

    await expect(hub.accessTokens.setActive(session, uuid, false)).rejects.toMatchObject({
      reason: "missing",
      problem: { code: "AccessTokenNotFound" },
    });
    expect((await hub.accessTokens.list(session))[0]?.active).toBe(true);
  });

  it("shows the last use, once it shows, and no use of a refused login", async () => {
    const { hub, session } = await signedIn();
    hub.set({ lastUsedLagSeconds: 60 });
    const { value } = hub.addToken("larry", { label: "a" });
    const lastUsed = async () => (await hub.accessTokens.list(session))[0]?.lastUsedAt;

    const refused = hub.use("somebody", value);
    const taken = hub.use("larry", value);
    const early = await lastUsed();
    hub.advance(61);

    expect([refused, taken, early]).toEqual([false, true, undefined]);
    expect(await lastUsed()).toMatch(/^2026-11-21T\d\d:00:0\d\.\d{3}Z$/);
  });

  it("refuses one token more than the account may have, inactive ones included", async () => {
    const { hub, session } = await signedIn();
    hub.set({ maxTokens: 2 });
    const { uuid } = hub.addToken("larry", { label: "a" });
    await hub.accessTokens.setActive(session, uuid, false);
    await hub.accessTokens.create(session, wish);

    await expect(hub.accessTokens.create(session, wish)).rejects.toMatchObject({
      reason: "refused",
      problem: {
        code: "DockerHubRefused",
        message: expect.stringContaining("maximum number of personal access tokens reached"),
      },
    });
    expect(await hub.accessTokens.list(session)).toHaveLength(2);
  });

  it.each([
    ["no label", { label: "" }],
    ["a label of 101 characters", { label: "x".repeat(101) }],
    ["an end in the past", { expiresAt: "2026-01-01T00:00:00.000Z" }],
  ])("refuses %s", async (_, part) => {
    const { hub, session } = await signedIn();

    await expect(hub.accessTokens.create(session, { ...wish, ...part })).rejects.toMatchObject({
      reason: "refused",
      problem: { code: "DockerHubRefused" },
    });
    expect(await hub.accessTokens.list(session)).toEqual([]);
  });

  it("lacks the right once the session is over", async () => {
    const { hub, session } = await signedIn();
    const { uuid } = hub.addToken("larry", { label: "a" });
    hub.advance(601);
    const { accessTokens } = hub;
    const acts = [
      () => accessTokens.list(session),
      () => accessTokens.create(session, wish),
      () => accessTokens.setActive(session, uuid, false),
      () => accessTokens.remove(session, uuid),
    ];

    for (const act of acts)
      await expect(act()).rejects.toMatchObject({
        reason: "lacksRight",
        problem: { code: "DockerHubSessionRefused" },
      });
    const renewed = await sessionOf(hub.logins, larry.username, larry.password);
    expect(await hub.accessTokens.list(renewed)).toMatchObject([{ uuid, active: true }]);
  });
});

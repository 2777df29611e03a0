import { describe, expect, it } from "vitest";
import { secret } from "../../src/domain/secret.ts";
import { plusSeconds, secondsBetween } from "../../src/domain/time.ts";
import { hubContracts, started } from "./hub-worlds.ts";

const seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const larry = { username: "Larry", password: "correct horse" };
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe.each(hubContracts)("signing in: $name", ({ make }) => {
  const world = started(make);

  it("opens a session of ten minutes for the right password, whatever the name's case", async () => {
    const hub = await world();
    hub.addAccount(larry);

    const opened = await hub.logins.signIn("larry", secret("correct horse"), undefined);

    if (opened.kind !== "session") throw new Error(opened.kind);
    const { bearer, until } = opened.session;
    expect(secondsBetween(hub.now(), until)).toBeGreaterThan(595);
    expect(secondsBetween(hub.now(), until)).toBeLessThanOrEqual(600);
    expect(await hub.accessTokens.list({ bearer, until })).toEqual([]);
  });

  it.each([
    ["a wrong password", "larry", "wrong horse"],
    ["no password", "larry", ""],
    ["an unknown account", "nobody", "correct horse"],
  ])("refuses %s and says what to do", async (_, name, password) => {
    const hub = await world();
    hub.addAccount(larry);

    expect(await hub.logins.signIn(name, secret(password), undefined)).toEqual({
      kind: "passwordRefused",
      message: expect.any(String),
    });
  });

  it("is refused where single sign-on is enforced, while tokens go on working", async () => {
    const hub = await world();
    hub.addAccount({ ...larry, sso: true });
    const { value } = hub.addToken("Larry", { label: "by hand" });

    const opened = await hub.logins.signIn("larry", secret(larry.password), undefined);

    expect(opened.kind).toBe("passwordRefused");
    expect(await hub.logins.identify("larry", secret(larry.password))).toBeUndefined();
    expect((await hub.logins.identify("larry", secret(value)))?.kind).toBe("personal");
  });

  it("takes no token for a password: a token may not manage tokens", async () => {
    const hub = await world();
    hub.addAccount(larry);
    const { value } = hub.addToken("Larry", { label: "by hand", scopes: ["repo:admin"] });

    expect((await hub.logins.signIn("larry", secret(value), undefined)).kind).toBe(
      "passwordRefused",
    );
  });

  it.each([
    ["base32", seed],
    ["base32 in groups of lower case", "gezd gnbv gy3t qojq gezd gnbv gy3t qojq"],
    ["a URI", `otpauth://totp/Docker:larry?secret=${seed}&issuer=Docker`],
  ])("goes through the second factor with its seed as %s", async (_, stored) => {
    const hub = await world();
    hub.addAccount({ ...larry, totpSeed: seed });

    const opened = await hub.logins.signIn("larry", secret(larry.password), secret(stored));

    expect(opened.kind).toBe("session");
  });

  it.each([
    ["none", undefined, "secondFactorNeeded"],
    ["another account's", "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU", "secondFactorRefused"],
    ["one that is no base32", "0189-not-base32!", "secondFactorRefused"],
    ["a code instead", "234567", "secondFactorRefused"],
    ["a URI without one", "otpauth://totp/Docker:larry?issuer=Docker", "secondFactorRefused"],
  ])("stops at the second factor when the seed is %s", async (_, stored, kind) => {
    const hub = await world();
    hub.addAccount({ ...larry, totpSeed: seed });
    const given = stored === undefined ? undefined : secret(stored);

    expect((await hub.logins.signIn("larry", secret(larry.password), given)).kind).toBe(kind);
  });

  it("names the wrong password before the second factor, and needs no seed where there is no second factor", async () => {
    const hub = await world();
    hub.addAccount({ ...larry, totpSeed: seed });
    hub.addAccount({ username: "plain", password: "p" });

    const wrong = await hub.logins.signIn("larry", secret("wrong"), secret(seed));
    const plain = await hub.logins.signIn("plain", secret("p"), secret(seed));

    expect([wrong.kind, plain.kind]).toEqual(["passwordRefused", "session"]);
  });
});

describe.each(hubContracts)("whose login it is: $name", ({ make }) => {
  const world = started(make);

  it("tells a personal token, its account and scopes, under any user name", async () => {
    const hub = await world();
    hub.addAccount(larry);
    const { uuid: made, value } = hub.addToken("Larry", { label: "a", scopes: ["repo:read"] });
    const found = {
      kind: "personal",
      uuid: made,
      username: "Larry",
      scopes: ["repo:read"],
    };

    expect(made).toMatch(uuid);
    expect(await hub.logins.identify("larry", secret(value))).toEqual(found);
    expect(await hub.logins.identify("somebody-else", secret(value))).toEqual(found);
  });

  it("tells an organization's token, under the organization's name alone", async () => {
    const hub = await world();
    hub.addAccount(larry);
    const { uuid: made, value } = await hub.addOrgToken("acme", larry, "cache");

    expect(value).toMatch(/^dckr_oat_/);
    expect(await hub.logins.identify("ACME", secret(value))).toEqual({
      kind: "organization",
      uuid: made,
      username: "acme",
      scopes: [],
    });
    expect(await hub.logins.identify("larry", secret(value))).toBeUndefined();
  });

  it("tells a password, which names no token", async () => {
    const hub = await world();
    hub.addAccount(larry);

    expect(await hub.logins.identify("larry", secret(larry.password))).toEqual({
      kind: "password",
      username: "Larry",
      scopes: ["repo:admin"],
    });
  });

  it.each(["", "wrong horse", "dckr_pat_neverMade"])("refuses %j", async (value) => {
    const hub = await world();
    hub.addAccount(larry);

    expect(await hub.logins.identify("larry", secret(value))).toBeUndefined();
  });

  it("refuses a token that is expired, or too new to be known", async () => {
    const hub = await world();
    hub.addAccount(larry);
    hub.set({ newTokenDelaySeconds: 30 });
    const expiresAt = plusSeconds(hub.now(), 3600);
    const { value } = hub.addToken("Larry", { label: "a", expiresAt });
    const kind = async () => (await hub.logins.identify("larry", secret(value)))?.kind;

    const early = await kind();
    hub.advance(31);
    const inTime = await kind();
    hub.advance(3600);

    expect([early, inTime, await kind()]).toEqual([undefined, "personal", undefined]);
  });
});

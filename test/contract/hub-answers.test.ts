import { describe, expect, it } from "vitest";
import type { LarderError } from "../../src/domain/errors.ts";
import { secret } from "../../src/domain/secret.ts";
import type { Answer } from "../local/service.ts";
import { jwt, scriptedHub, session, uuid, wish } from "./hub-script.ts";

/* What Docker Hub, or something in its place, might answer to a session's requests. */

const hub = scriptedHub();
const unavailable = { reason: "unavailable", problem: { code: "DockerHubUnavailable" } };

const huge = { status: 200, body: `{"count":0,"next":null,"results":[]${" ".repeat(1_048_576)}}` };
const hostile: readonly (readonly [string, Answer])[] = [
  ["a page of HTML", { status: 200, body: "<html>Sign in to the hotel's network</html>" }],
  ["nothing", { status: 200 }],
  ["JSON of another shape", { status: 200, body: { results: "none" } }],
  ["null", { status: 200, body: "null" }],
  ["a redirect", { status: 302, headers: { Location: "https://evil.example/" } }],
  ["a redirect that keeps the method", { status: 308, headers: { Location: "/v2/elsewhere" } }],
  ["more than anybody reads", huge],
  ["408", { status: 408 }],
  ["500", { status: 500, body: "upstream connect error" }],
];

describe.each(hostile)("%s", (_, answer) => {
  it.each([
    ["signIn", () => hub.script(() => answer).logins.signIn("larry", secret("p"), undefined)],
    ["identify", () => hub.script(() => answer).logins.identify("larry", secret("p"))],
    ["list", () => hub.script(() => answer).accessTokens.list(session)],
    ["create", () => hub.script(() => answer).accessTokens.create(session, wish)],
  ])("settles nothing for %s, and is not followed or asked again", async (_name, act) => {
    await expect(act()).rejects.toMatchObject(unavailable);
    expect(hub.net().seen).toHaveLength(1);
  });
});

describe("waiting", () => {
  const date = "Sat, 21 Nov 2026 10:00:00 GMT";
  const at = Date.parse(date) / 1000;
  it.each([
    ["a UNIX time, by the answer's own clock", { "X-Retry-After": `${at + 90}` }, 90],
    ["a UNIX time with a fraction", { "X-Retry-After": `${at + 0.5}` }, 0],
    ["a UNIX time that is over", { "X-Retry-After": `${at - 90}` }, 0],
    ["milliseconds by mistake: a day", { "X-Retry-After": `${at * 1000}` }, 86_400],
    ["next year: a day", { "X-Retry-After": `${at + 31_536_000}` }, 86_400],
    ["seconds by mistake", { "X-Retry-After": "45" }, 45],
    ["seconds in the ordinary header", { "Retry-After": "60" }, 60],
    ["both: the longer", { "Retry-After": "60", "X-Retry-After": `${at + 90}` }, 90],
    [
      "both: the longer, the other way round",
      { "Retry-After": "60", "X-Retry-After": `${at}` },
      60,
    ],
    ["nothing that can be read", { "X-Retry-After": "soon", "Retry-After": "-1" }, undefined],
    ["nothing", {}, undefined],
  ])("reads %s", async (_, headers, seconds) => {
    const { accessTokens } = hub.script(() => ({
      status: 429,
      headers: { Date: date, ...headers },
      body: { detail: "Rate limit exceeded", error: false },
    }));

    await expect(accessTokens.list(session)).rejects.toMatchObject({
      ...unavailable,
      retryAfterSeconds: seconds,
    });
  });
});

describe("a refusal", () => {
  it.each([
    [
      { fields: { token_label: "too many tokens" }, text: "invalid request" },
      "invalid request; token_label: too many tokens",
    ],
    [{ fields: { token_label: ["a", "b"] } }, 'token_label: ["a","b"]'],
    [{ text: "token_label: taken", fields: { token_label: "taken" } }, "token_label: taken"],
    [{ detail: "payment\n required" }, "payment required"],
    [{ message: "no", errinfo: {} }, "no"],
  ])("to make a token carries Docker's words: %j", async (body, words) => {
    const { accessTokens } = hub.script(() => ({ status: 400, body }));

    await expect(accessTokens.create(session, wish)).rejects.toMatchObject({
      reason: "refused",
      problem: {
        code: "DockerHubRefused",
        message: `hub.docker.com answered 400 to the request for a new access token: ${words}`,
      },
    });
  });

  it.each([
    [401, "lacksRight"],
    [402, "refused"],
    [403, "lacksRight"],
    [404, "refused"],
    [422, "refused"],
  ])("%i to make a token is %s, even with nothing to read", async (status, reason) => {
    const { accessTokens } = hub.script(() => ({ status, body: "<html>" }));

    await expect(accessTokens.create(session, wish)).rejects.toMatchObject({ reason });
  });
});

describe("making a token", () => {
  const token = "dckr_pat_0123456789abcdefghijklmnopq";
  it("sends the wish as Docker Hub documents it", async () => {
    let sent: unknown;
    const { accessTokens } = hub.script((call) => {
      sent = [call.headers["content-type"], JSON.parse(call.body.toString())];
      return { status: 201, body: { uuid, token } };
    });

    const made = await accessTokens.create(session, wish);

    expect([made.uuid, made.value.reveal(), made.expiresAt]).toEqual([uuid, token, undefined]);
    expect(sent).toEqual([
      "application/json",
      { token_label: "larder", scopes: ["repo:read"], expires_at: "2027-02-01T00:00:00.000Z" },
    ]);
  });

  it.each([
    { uuid },
    { uuid, token: "" },
    { uuid, token: "two words" },
    { token },
    { uuid: "../x", token },
  ])("that cannot be told or used is a lost answer: %j", async (body) => {
    const { accessTokens } = hub.script(() => ({ status: 201, body }));

    await expect(accessTokens.create(session, wish)).rejects.toMatchObject(unavailable);
  });
});

/** "done", or the reason of a rejection. */
const outcome = (doing: Promise<void>) =>
  doing.then(
    () => "done",
    (error: LarderError) => error.reason,
  );

describe("changing a token", () => {
  it.each([
    ["with the change", { status: 200, body: { is_active: false } }, "done"],
    ["with nothing", { status: 204 }, "done"],
    ["without the change", { status: 200, body: { is_active: true } }, "unavailable"],
    ["with rubbish", { status: 200, body: "<html>" }, "unavailable"],
    ["403", { status: 403 }, "lacksRight"],
    ["400", { status: 400 }, "refused"],
    ["404", { status: 404 }, "missing"],
  ])("answered %s", async (_, answer, expected) => {
    const { accessTokens } = hub.script(() => answer);
    const changing = accessTokens.setActive(session, uuid, false);

    expect(await outcome(changing)).toBe(expected);
    expect(hub.net().seen).toEqual([
      `PATCH hub.docker.com/v2/access-tokens/${uuid} Bearer eyJh.eyJi.c2ln`,
    ]);
  });

  it.each([
    [200, "done"],
    [404, "done"],
    [401, "lacksRight"],
    [400, "refused"],
    [502, "unavailable"],
    [301, "unavailable"],
  ])("by deleting it, answered %i", async (status, expected) => {
    const { accessTokens } = hub.script(() => ({ status, body: "<html>" }));
    const removing = accessTokens.remove(session, uuid);

    expect(await outcome(removing)).toBe(expected);
  });
});

describe("a bearer that cannot stand in a header", () => {
  it("is not sent", async () => {
    const { accessTokens } = hub.script(() => ({ status: 200, body: { token: jwt({}) } }));
    const bearer = secret("eyJ\r\nX-Evil: 1");

    await expect(accessTokens.list({ ...session, bearer })).rejects.toMatchObject(unavailable);
    expect(hub.net().seen).toEqual([]);
  });
});

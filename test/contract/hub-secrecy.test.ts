import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { secret } from "../../src/domain/secret.ts";
import type { Call } from "../local/service.ts";
import { jwt, scriptedHub, uuid, wish } from "./hub-script.ts";

/* Nothing that is secret stands in what the adapter says, even when Docker Hub echoes it. */

const hub = scriptedHub();
const seed = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU";
const password = "pa55-Word-that-nobody-may-read";
const token = "dckr_pat_AbCdEfGhIjKlMnOpQrStUvWxYz0";
const orgToken = "dckr_oat_ZyXwVuTsRqPoNmLkJiHgFeDcBa9";
const bearer = jwt({ sub: "nobody may read this either" });
const half = jwt({ sub: "nor the half login" });
const codes: string[] = [];

/** Answers with this status and, wherever a reason may stand, all it was told and more. */
const echo = (status: number) => (call: Call) => {
  const sent = call.body.toString();
  if (call.path === "/v2/users/2fa-login") codes.push(JSON.parse(sent).code);
  const words = `${call.headers.authorization ?? ""} ${token} ${orgToken} ${half}\n${sent}`;
  const login = call.path === "/v2/users/login" && status === 401;
  return {
    status,
    body: {
      text: words,
      detail: words,
      message: words,
      fields: { [token]: words, all: [words] },
      ...(login && { login_2fa_token: half }),
    },
  };
};

const session = { bearer: secret(bearer), until: "2026-11-21T12:10:00.000Z" };
const acts: readonly (readonly [string, (status: number) => Promise<unknown>])[] = [
  ["signIn", (s) => hub.script(echo(s)).logins.signIn("larry", secret(password), undefined)],
  [
    "signIn, seed",
    (s) => hub.script(echo(s)).logins.signIn("larry", secret(password), secret(seed)),
  ],
  [
    "signIn, token as name",
    (s) => hub.script(echo(s)).logins.signIn(token, secret("p"), undefined),
  ],
  [
    "signIn, token as password",
    (s) => hub.script(echo(s)).logins.signIn("l", secret(token), undefined),
  ],
  [
    "signIn, bad seed",
    (s) => hub.script(echo(s)).logins.signIn("l", secret("p"), secret(`${seed}!`)),
  ],
  ["identify", (s) => hub.script(echo(s)).logins.identify(orgToken, secret(token))],
  ["list", (s) => hub.script(echo(s)).accessTokens.list(session)],
  ["create", (s) => hub.script(echo(s)).accessTokens.create(session, wish)],
  ["setActive", (s) => hub.script(echo(s)).accessTokens.setActive(session, uuid, false)],
  [
    "setActive, token as uuid",
    (s) => hub.script(echo(s)).accessTokens.setActive(session, token, true),
  ],
  ["remove", (s) => hub.script(echo(s)).accessTokens.remove(session, uuid)],
];

/** All that can be found out about a value, as text. */
function everything(value: unknown): string {
  const { stack = "", cause, message = "" } = (value ?? {}) as Partial<Error>;
  const shown = inspect(value, { showHidden: true, depth: 20 });
  return [stack, message, inspect(cause), shown, JSON.stringify(value)].join("\n");
}

/** A secret whole, and in the parts that a cut would leave. */
function parts(whole: string): readonly string[] {
  const bare = whole.replace(/^dckr_[po]at_|^eyJ/, "");
  return [bare, bare.slice(0, 12), bare.slice(-12)];
}

describe.each([200, 201, 302, 400, 401, 403, 404, 409, 429, 500])("answered %i", (status) => {
  it.each(acts)("%s tells no secret", async (_, act) => {
    codes.length = 0;
    const said = await act(status).catch((error: unknown) => error);

    const text = everything(said);
    for (const whole of [password, token, orgToken, bearer, half, seed])
      for (const part of parts(whole)) expect(text).not.toContain(part);
    for (const code of codes) expect(text).not.toContain(code);
  });
});

describe("Docker Hub's words", () => {
  it("are cut, and stay one line", async () => {
    const { accessTokens } = hub.script(() => ({
      status: 400,
      body: { text: `first\r\nsecond\u0007 ${"long ".repeat(200)}` },
    }));
    const error = await accessTokens.create(session, wish).catch((thrown: unknown) => thrown);

    const { message } = error as Error;
    expect(message).toMatch(/: first second (long )+l?o?n?g?…$/);
    expect(message.length).toBeLessThan(400);
  });

  it("go on being told beside what was taken out", async () => {
    const { accessTokens } = hub.script(() => ({
      status: 400,
      body: { text: `token ${token} of session ${bearer} is one too many` },
    }));

    await expect(accessTokens.create(session, wish)).rejects.toMatchObject({
      problem: {
        message: expect.stringMatching(/: token \[secret\] of session \[secret\] is one too many$/),
      },
    });
  });
});

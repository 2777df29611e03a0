import { describe, expect, it } from "vitest";
import { secret } from "../../src/domain/secret.ts";
import type { Answer, Call } from "../local/service.ts";
import { jwt, scriptedHub } from "./hub-script.ts";

/* Codes: which, how many, and by whose clock. Expected ones are of RFC 4226 and 6238, the rest computed apart. */

const hub = scriptedHub();

describe("the second factor", () => {
  const seed = secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  /** RFC 6238's clock for its code at 59 seconds, 287082; the next step's is 359152 (RFC 4226, counter 2). */
  const date = "Thu, 01 Jan 1970 00:00:59 GMT";
  const script = (second: (code: string) => Answer) => {
    const codes: string[] = [];
    const { logins } = hub.script((call: Call) => {
      if (call.path === "/v2/users/login")
        return { status: 401, headers: { Date: date }, body: { login_2fa_token: "half" } };
      const { login_2fa_token: half, code } = JSON.parse(call.body.toString());
      codes.push(`${half} ${code}`);
      return second(code);
    });
    const signIn = (stored = seed) => logins.signIn("larry", secret("p"), stored);
    return { codes, signIn };
  };
  const opened: Answer = { status: 200, body: { token: jwt({}) } };

  it("tries the next step's code when this one's was used already", async () => {
    const { codes, signIn } = script((code) =>
      code === "359152" ? opened : { status: 401, body: { detail: "Incorrect credentials" } },
    );

    expect((await signIn()).kind).toBe("session");
    expect(codes).toEqual(["half 287082", "half 359152"]);
  });

  it.each([400, 401])("gives up after two that are refused with %i", async (status) => {
    const { codes, signIn } = script(() => ({ status }));

    expect((await signIn()).kind).toBe("secondFactorRefused");
    expect(codes).toHaveLength(2);
  });

  it.each([403, 429, 500])("tries no other when %i settles nothing", async (status) => {
    const { codes, signIn } = script(() => ({ status }));

    await expect(signIn()).rejects.toMatchObject({ reason: "unavailable" });
    expect(codes).toHaveLength(1);
  });

  it.each([
    ["eight digits and a minute", "digits=8&period=60", "84755224"],
    ["another algorithm", "algorithm=SHA256", "247374"],
  ])("follows a URI that wants %s", async (_, parameters, code) => {
    const uri = `otpauth://totp/x?secret=${seed.reveal()}&${parameters}`;
    const { codes, signIn } = script(() => opened);

    await signIn(secret(uri));

    expect(codes).toEqual([`half ${code}`]);
  });

  it.each([
    ["counts instead of telling the time", `otpauth://hotp/x?secret=${seed.reveal()}&counter=1`],
    ["is a code by mistake", "234567"],
    ["is no base32", "0189-0189-0189-0189"],
    ["is empty", ""],
  ])("asks nothing with a seed that %s", async (_, stored) => {
    const { signIn } = script(() => opened);

    expect(await signIn(secret(stored))).toEqual({
      kind: "secondFactorRefused",
      message: expect.stringContaining("cannot be read"),
    });
    expect(hub.net().seen).toEqual([]);
  });
});

import { afterEach, describe, expect, it } from "vitest";
import { typed } from "../../infra/hooks/prompt.ts";
import { formsOf } from "../end-to-end/secret-forms.ts";
import { runOnTerminal } from "./hooks-program.ts";
import { account, type HooksStage, held, hooksStage, password, secretsIn } from "./hooks-stage.ts";

describe("a line that is typed", () => {
  it.each([
    ["ends with Enter", "", "token\r", { text: "token", ended: true, rest: "" }],
    ["goes on", "to", "ken", { text: "token", ended: false, rest: "" }],
    ["leaves the next one", "", "one\r\ntwo\n", { text: "one", ended: true, rest: "two\n" }],
    ["is corrected", "", "tokem\u007fn\b\u007fen\n", { text: "token", ended: true, rest: "" }],
    ["is corrected by whole characters", "", "a🔑\u007f\r", { text: "a", ended: true, rest: "" }],
    ["is begun anew", "wrong", "\u0015right\r", { text: "right", ended: true, rest: "" }],
    ["has no arrow keys in it", "", "a\u001b[D\u001bOHb\r", { text: "ab", ended: true, rest: "" }],
    [
      "is pasted in brackets",
      "",
      "\u001b[200~pasted\u001b[201~\r",
      { text: "pasted", ended: true, rest: "" },
    ],
    [
      "keeps blanks and letters of the world",
      "",
      "pä ss\r",
      { text: "pä ss", ended: true, rest: "" },
    ],
    ["is empty at the end of input", "", "\u0004", { text: "", ended: true, rest: "" }],
  ])("%s", (_what, before, chunk, line) => {
    expect(typed(before, chunk)).toEqual(line);
  });
});

describe.skipIf(process.platform === "win32")("on a terminal", () => {
  let stage: HooksStage;
  afterEach(() => stage.close());

  it("asks for what is missing, again for what is wrong, and shows nothing of it", async () => {
    stage = await hooksStage();
    const { token } = stage.hub.createToken(account, { label: "by hand", scopes: ["repo:write"] });
    const hook = runOnTerminal("secrets", stage.env);

    await hook.said('Access token of "contoso_pull" (is not shown): ');
    hook.type("hunter2-is-no-token\r");
    await hook.said("That is no Docker access token");
    hook.type(`${token}\r`);
    await hook.said('Password of "contoso_pull"');
    hook.type(`${password}\r`);
    const { code, text } = await hook.ended;

    expect(code).toBe(0);
    expect(held(stage, "docker-hub-token")).toBe(token);
    expect(held(stage, "docker-hub-contoso--pull-password")).toBe(password);
    expect(text).toContain("The token may do more than pull (repo:write).");
    const secrets = [token, password, "hunter2-is-no-token"].flatMap(formsOf);
    expect(secrets.filter((form) => text.includes(form))).toEqual([]);
  });

  it("asks when a token ends of which Docker Hub does not tell", async () => {
    stage = await hooksStage();
    const { token } = stage.hub.createToken(account, { label: "by hand" });
    const hook = runOnTerminal("secrets", { ...stage.env, DOCKER_ROTATION: "assisted" });

    await hook.said("Access token of");
    hook.type(`${token}\r`);
    await hook.said("When does it end");
    hook.type("2020-01-01\r");
    await hook.said("That is no day to come");
    hook.type("2037-03-31\r");
    const { code } = await hook.ended;

    expect(code).toBe(0);
    const shown = secretsIn(stage).find(({ name }) => name === "docker-hub-token");
    expect(shown?.versions[0]?.exp).toBe(Date.UTC(2037, 2, 31) / 1000);
  });

  it("asks for the TOTP seed when Docker Hub wants one", async () => {
    stage = await hooksStage();
    const seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    stage.hub.addAccount({ username: account, password, twoFactorSeed: seed });
    const { token } = stage.hub.createToken(account, { label: "by hand" });
    const hook = runOnTerminal("secrets", { ...stage.env, DOCKER_TOKEN: token });

    await hook.said("Password of");
    hook.type(`${password}\r`);
    await hook.said("asks for the second factor");
    hook.type(`${seed}\r`);
    const { code, text } = await hook.ended;

    expect(code).toBe(0);
    expect(held(stage, "docker-hub-contoso--pull-totp-seed")).toBe(seed);
    expect(text).not.toContain(seed);
  });

  it("ends with nothing written on Ctrl-C", async () => {
    stage = await hooksStage();
    const hook = runOnTerminal("secrets", stage.env);

    await hook.said("Access token of");
    hook.type("dckr_pat_half\u0003");
    const { code } = await hook.ended;

    expect(code).toBe(130);
    expect(secretsIn(stage)).toEqual([]);
  });
});

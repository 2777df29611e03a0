import { describe, expect, it } from "vitest";
import type { AdoptionWish } from "../../src/domain/adoption.ts";
import { accountIn, type HeldRotations, judgeHeldSet } from "../../src/domain/judge-held-set.ts";
import type { RotationRecord } from "../../src/domain/rotation.ts";
import { credentialSet } from "./facts.ts";
import { policy, record } from "./rotation-facts.ts";

const assisted: AdoptionWish = { credentialSets: "assisted" };
const hub = credentialSet("hub");
const nothing = { records: [], unreadable: [], taken: [] };

const held = (changes: Partial<RotationRecord> = {}) =>
  record({
    name: "hub",
    passwordSecretId: hub.passwordSecretId,
    usernameSecretId: hub.usernameSecretId,
    ...changes,
  });
const judge = (changes: Partial<HeldRotations> = {}, set = hub, wish = assisted) => {
  const item = judgeHeldSet(wish, "contoso", set, { ...nothing, ...changes });
  return item && `${item.outcome}: ${item.message}`;
};

describe("a credential set that ACR has", () => {
  it("is taken over when nothing is known of it", () => {
    expect(judge()).toBeUndefined();
    expect(
      judge({
        records: [held({ name: "other", passwordSecretId: "https://v.vault.azure.net/secrets/x" })],
      }),
    ).toBeUndefined();
  });

  it("is Larder's already, and how", () => {
    const assistedSet = held({
      name: "HUB",
      registry: "Contoso",
      policy: { ...policy, mode: "assisted" },
    });

    expect(judge({ records: [assistedSet] })).toBe(
      'already: Larder watches the token of "larderbot".',
    );
  });

  it("is renewed in another way than asked for: nothing is changed, and the request is told", () => {
    expect(judge({ records: [held()] })).toBe(
      'already: Larder renews the token of "larderbot". To change that, send PUT /api/registries/contoso/credential-sets/hub {"rotation":{"mode":"assisted","account":"larderbot"}}.',
    );
  });

  it("reads another secret than is on record", () => {
    const elsewhere = held({ passwordSecretId: "https://v.vault.azure.net/secrets/old-token" });

    expect(judge({ records: [elsewhere] })).toMatch(
      /^differs: .*old-token, and ACR reads .*secrets\/token\. To follow ACR, send PUT .*"managed"/,
    );
  });

  it("is for another upstream", () => {
    expect(judge({}, credentialSet("ghcr", { loginServer: "ghcr.io" }))).toMatch(
      /^skipped: It is for ghcr\.io/,
    );
  });

  it("reads the token of a set that is Larder's, or of one taken over before it", () => {
    const message = /^already: Credential set "first" of \w+ reads the same token/;

    expect(judge({ records: [held({ name: "first", registry: "fabrikam" })] })).toMatch(message);
    expect(judge({ taken: [credentialSet("first")] })).toMatch(message);
  });

  it("has a record that cannot be read", () => {
    const problem = { code: "RowUnreadable", message: "A newer version wrote it." };

    expect(judge({ unreadable: [{ name: "hub", problem }] })).toBe(
      "skipped: A newer version wrote it.",
    );
  });
});

describe("the account in a user-name secret", () => {
  it.each([
    ["larderbot", "larderbot"],
    [" LarderBot\n", "larderbot"],
    ["contoso_ci-1", "contoso_ci-1"],
    ["dckr_pat_abcdefghijklmnopqrstuvwxyz1", undefined],
    ["dckr_oat_abc", undefined],
    ["pull@contoso.example", undefined],
    ["two words", undefined],
    ["x", undefined],
    ["", undefined],
  ])("of %j is %j", (text, account) => {
    expect(accountIn(text)).toBe(account);
  });
});

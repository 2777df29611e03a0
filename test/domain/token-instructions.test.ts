import { describe, expect, it } from "vitest";
import { tokenInstructions } from "../../src/domain/token-instructions.ts";
import { live, policy, record, rotation } from "./rotation-facts.ts";

const account = { ...policy, mode: "assisted", account: "contosoorg" } as const;
const placing =
  " Put it into the pending secret with its own expiry: az keyvault secret set --vault-name contoso --name docker-hub-token-pending --file <file> --expires <yyyy-mm-ddThh:mm:ssZ>. Larder tests it, puts it to use and proves it.";
const personal = `Make an access token for Docker account "contosoorg" with scope "repo:read" at https://app.docker.com/settings/personal-access-tokens.${placing}`;
const organization = `Have an owner of organization "contosoorg" make an organization access token in Docker's Admin Console (Access tokens), with the right to pull what is cached, at most 50 repositories (public ones together: */*/public), and not to push; its user name is "contosoorg". The organization may have only so many (10 with Team, 100 with Business, expired ones included): delete an expired one first.${placing}`;
const either = `Make an access token for "contosoorg". A Docker account's: with scope "repo:read", at https://app.docker.com/settings/personal-access-tokens. An organization's: an owner makes it in Docker's Admin Console (Access tokens), with the right to pull what is cached, at most 50 repositories (public ones together: */*/public); of those there may be only so many (10 with Team, 100 with Business, expired ones included).${placing}`;

describe("how a person makes the next token", () => {
  const unknown = { ...live, kind: undefined };
  const done = rotation({ state: "done", newKind: "organization" });
  const failed = rotation({ state: "failed", newKind: "organization" });

  it.each<[string, Parameters<typeof record>[0], string]>([
    ["of a person's account", {}, personal],
    ["of an account with its password", { live: { ...live, kind: "password" } }, personal],
    ["of an organization", { live: { ...live, kind: "organization" } }, organization],
    ["of an organization, as its last token tells", { live: unknown, ended: [done] }, organization],
    ["of either, when nobody knows", { live: undefined }, either],
    [
      "of either: a token that was refused tells nothing",
      { live: unknown, ended: [failed] },
      either,
    ],
  ])("%s", (_what, changes, expected) => {
    expect(tokenInstructions(record({ policy: account, ...changes }))).toBe(expected);
  });

  it("asks no more of an organization than public images need", () => {
    const least = { ...account, scope: "repo:public_read" } as const;

    expect(
      tokenInstructions(record({ policy: least, live: { ...live, kind: "organization" } })),
    ).toContain(", with the right to pull public repositories (*/*/public), and not to push;");
  });
});

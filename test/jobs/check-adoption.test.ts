import { describe, expect, it } from "vitest";
import type { CredentialSetRequest } from "../../src/domain/credential-set-view.ts";
import { adoptCredentialSet } from "../../src/jobs/adopt-credential-set.ts";
import { anna } from "./people.ts";
import { account, ids, type RotationStage, rotationStage } from "./rotation-stage.ts";

/* What keeps a set that is there from being taken over: nothing of it is recorded. */

const managed = { mode: "managed", account } as const;
const seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

interface Case {
  readonly what: string;
  readonly reason: string;
  readonly code: string;
  readonly target: string;
  readonly given?: (stage: RotationStage) => void;
  readonly stage?: Parameters<typeof rotationStage>[0];
  readonly request?: Partial<CredentialSetRequest>;
}

const cases: readonly Case[] = [
  {
    what: "a set for another upstream than Docker Hub",
    reason: "invalid",
    code: "UpstreamNotRotated",
    target: "loginServer",
    given: ({ ports }) => ports.sets.put("contoso", { name: "docker-hub", loginServer: "ghcr.io" }),
  },
  {
    what: "secrets that are not the set's own",
    reason: "conflict",
    code: "CredentialSetExists",
    target: "passwordSecretId",
    request: { passwordSecretId: "https://contoso.vault.azure.net/secrets/another" },
  },
  {
    what: "another login server than the set's own",
    reason: "conflict",
    code: "CredentialSetExists",
    target: "loginServer",
    request: { loginServer: "ghcr.io" },
  },
  {
    what: "a secret that the rotation of another set renews already",
    reason: "conflict",
    code: "SecretRenewedAlready",
    target: "passwordSecretId",
    stage: { registries: ["contoso", "fabrikam"] },
  },
  {
    what: "a user name that is not the account's",
    reason: "conflict",
    code: "UserNameDiffers",
    target: "rotation.account",
    given: ({ ports }) => void ports.shelf.seed(ids.username, "somebody"),
  },
  {
    what: "a user name that is not there",
    reason: "conflict",
    code: "UserNameDiffers",
    target: "rotation.account",
    given: ({ ports }) => ports.shelf.purge(ids.username),
  },
  {
    what: "managed mode without the account's password",
    reason: "conflict",
    code: "AccountPasswordMissing",
    target: "rotation.account",
    given: ({ ports }) => ports.shelf.purge(ids.password),
  },
  {
    what: "a password that Docker Hub refuses",
    reason: "conflict",
    code: "AccountPasswordRefused",
    target: "rotation.account",
    given: ({ ports }) => ports.hub.setPassword(account, "another"),
  },
  {
    what: "an account with enforced single sign-on",
    reason: "conflict",
    code: "AccountPasswordRefused",
    target: "rotation.account",
    stage: { account: { sso: true } },
  },
  {
    what: "two-factor login without a seed",
    reason: "conflict",
    code: "SecondFactorNeeded",
    target: "rotation.account",
    stage: { account: { totpSeed: seed } },
  },
  {
    what: "two-factor login with a wrong seed",
    reason: "conflict",
    code: "SecondFactorRefused",
    target: "rotation.account",
    stage: { account: { totpSeed: seed } },
    given: ({ ports }) =>
      void ports.shelf.seed(
        `https://contoso.vault.azure.net/secrets/docker-hub-${account}-totp-seed`,
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      ),
  },
  {
    what: "a vault that Larder may not read",
    reason: "lacksRight",
    code: "Forbidden",
    target: "",
    given: ({ ports }) => ports.shelf.allow(false),
  },
  {
    what: "a live token of another account",
    reason: "conflict",
    code: "TokenOfAnotherAccount",
    target: "rotation.account",
    given: ({ ports }) => {
      ports.hub.addAccount({ username: "somebody", password: "x" });
      ports.shelf.seed(ids.live, ports.hub.addToken("somebody", { label: "x" }).value);
    },
  },
  {
    what: "a grace under the setting's minimum",
    reason: "invalid",
    code: "GraceTooShort",
    target: "rotation.grace",
    request: { rotation: { ...managed, grace: "PT1H" } },
  },
  {
    what: "a life so short that it would be renewed again at once",
    reason: "invalid",
    code: "LifetimeTooShort",
    target: "rotation.lifetime",
    request: { rotation: { ...managed, lifetime: "P30D" } },
  },
  {
    what: "a duration of nothing",
    reason: "invalid",
    code: "DurationInvalid",
    target: "rotation.retention",
    request: { rotation: { ...managed, retention: "P0D" } },
  },
];

describe("taking a set over is refused", () => {
  it.each(cases)("with $code: $what", async ({ reason, code, target, given, stage, request }) => {
    const set = rotationStage(stage);
    given?.(set);
    if (code === "SecretRenewedAlready")
      await adoptCredentialSet(
        set.ports,
        "fabrikam",
        "docker-hub",
        { rotation: managed },
        undefined,
        anna,
      );

    const refused = adoptCredentialSet(
      set.ports,
      "contoso",
      "docker-hub",
      { rotation: managed, ...request },
      undefined,
      anna,
    );

    const problem = target === "" ? { code } : { code, target };
    await expect(refused).rejects.toMatchObject({ reason, problem });
    expect(set.ports.rotationTable.find("contoso", "docker-hub")).toBeUndefined();
    expect(set.ports.hub.log).toEqual([]);
  });

  it("for a registry that is not served", async () => {
    const { ports } = rotationStage();
    const refused = adoptCredentialSet(
      ports,
      "fabrikam",
      "docker-hub",
      { rotation: managed },
      undefined,
      anna,
    );

    await expect(refused).rejects.toMatchObject({ reason: "missing" });
  });

  it("for letting go of a set that is not there", async () => {
    const { ports } = rotationStage();
    const refused = adoptCredentialSet(
      ports,
      "contoso",
      "nothing",
      { rotation: null },
      undefined,
      anna,
    );

    await expect(refused).rejects.toMatchObject({
      reason: "missing",
      problem: { code: "CredentialSetNotFound", target: "name" },
    });
  });
});

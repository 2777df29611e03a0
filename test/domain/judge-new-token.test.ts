import { describe, expect, it } from "vitest";
import { isRefusedForGood, judgeIdentity, judgeProbe } from "../../src/domain/judge-new-token.ts";
import type { Identification } from "../../src/domain/rotation-ports.ts";
import type { UpstreamHead } from "../../src/domain/upstream-answer.ts";
import { newUuid, oldUuid, policy, record, rotation } from "./rotation-facts.ts";

const right: Identification = {
  kind: "personal",
  uuid: newUuid,
  username: "larderbot",
  scopes: ["repo:read"],
};
const organization = (scope: string) => ({ kind: "organization", scopes: [scope] }) as const;
const judge = (found: Identification, of = record()) => {
  const verdict = judgeIdentity(of, rotation(), found);
  return "problem" in verdict ? `${verdict.kind} ${verdict.problem.code}` : verdict.kind;
};

describe("whose token the new one is", () => {
  it.each<[string, Partial<Identification>, string]>([
    ["the one that was made", {}, "good"],
    ["in another spelling of the account", { username: "LarderBot" }, "good"],
    ["with a session that names no user", { username: undefined }, "good"],
    ["with a session that names no uuid", { uuid: undefined }, "good"],
    ["with more scope than needed", { scopes: ["repo:admin"] }, "good"],
    ["with several scopes", { scopes: ["repo:public_read", "repo:read"] }, "good"],
    ["with a session that names no scopes", { scopes: [] }, "good"],
    ["with scopes of which nobody knows", { scopes: ["pull"] }, "good"],
    ["of an organization, that may pull", organization("scope-image-pull"), "good"],
    ["of an organization, that may push, too", organization("scope-image-push"), "good"],
    ["of an organization, with a right that nobody knows", organization("scope-new"), "good"],
    ["of another account", { username: "somebody" }, "wrong TokenOfAnotherAccount"],
    ["another one of the account", { uuid: oldUuid }, "wrong AnotherToken"],
    ["with less scope than needed", { scopes: ["repo:public_read"] }, "wrong ScopeTooNarrow"],
    ["the account's password", { kind: "password" }, "wrong NotAToken"],
  ])("%s", (_what, changes, verdict) => {
    expect(judge({ ...right, ...changes })).toBe(verdict);
  });

  it("needs no more than the policy's scope", () => {
    const least = record({ policy: { ...policy, scope: "repo:public_read" } });

    expect(judge({ ...right, scopes: ["repo:public_read"] }, least)).toBe("good");
  });

  it.each(["repo-pull", "scope-image-pull"])(
    "of an organization is too narrow when it may %s and the policy wants more",
    (scope) => {
      const pushes = record({ policy: { ...policy, scope: "repo:write" } });

      expect(judge({ ...right, ...organization(scope) }, pushes)).toBe("wrong ScopeTooNarrow");
    },
  );

  it("says both names of a token of another account", () => {
    expect(judgeIdentity(record(), rotation(), { ...right, username: "somebody" })).toEqual({
      kind: "wrong",
      problem: {
        code: "TokenOfAnotherAccount",
        message:
          'The new token belongs to "somebody", and the credential set signs in as "larderbot".',
      },
    });
  });
});

describe("the probe at the registry", () => {
  const found = (account?: string): UpstreamHead => ({
    kind: "found",
    digest: `sha256:${"a".repeat(64)}`,
    rate: { kind: "unlimited", account },
  });
  const message = "docker.io answered something.";

  it.each<[string, UpstreamHead, string]>([
    ["counted for an account", found("0a000000-0000-4000-8000-000000000001"), "good"],
    ["counted for nobody that is named", found(), "good"],
    ["counted for an IPv4 address", found("203.0.113.7"), "refused NewTokenNotUsed"],
    ["counted for an IPv6 address", found("2001:db8::1"), "refused NewTokenNotUsed"],
    ["turned down", { kind: "badLogin", message }, "refused NewTokenRefused"],
    ["denied this one image", { kind: "denied", message }, "good"],
    ["told that it is not there", { kind: "absent", message }, "good"],
    ["not answered", { kind: "couldNotAsk", message }, "unknown ProbeUnanswered"],
  ])("%s", (_what, head, expected) => {
    const verdict = judgeProbe(head);

    expect("problem" in verdict ? `${verdict.kind} ${verdict.problem.code}` : verdict.kind).toBe(
      expected,
    );
  });

  it("hands on how long the registry wants to be left alone", () => {
    expect(judgeProbe({ kind: "couldNotAsk", message, retryAfterSeconds: 60 })).toMatchObject({
      kind: "unknown",
      retryAfterSeconds: 60,
    });
  });
});

describe("refusals are believed", () => {
  it.each<[string | undefined, boolean]>([
    [undefined, false],
    ["2026-11-21T01:50:00.001Z", false],
    ["2026-11-21T01:50:00.000Z", true],
  ])("since %s: %s", (refusedSince, believed) => {
    expect(isRefusedForGood(rotation({ refusedSince }), "2026-11-21T02:00:00.000Z")).toBe(believed);
  });
});

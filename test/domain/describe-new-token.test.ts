import { describe, expect, it } from "vitest";
import { describeTest, tooWide } from "../../src/domain/describe-new-token.ts";
import type { TokenScope } from "../../src/domain/rotation-policy.ts";
import type { Identification } from "../../src/domain/rotation-ports.ts";
import { newUuid, policy, record } from "./rotation-facts.ts";

const shown: Identification = {
  kind: "personal",
  uuid: newUuid,
  username: "larderbot",
  scopes: ["repo:read"],
};
const organization = (...scopes: string[]): Identification => ({
  ...shown,
  kind: "organization",
  scopes,
});
const passed = `Token ${newUuid} signs in as "larderbot", and the registry of Docker Hub takes it.`;

describe("what is told of a token that passed", () => {
  it.each<[string, Partial<Identification>, string]>([
    ["nothing more when all was shown", {}, ""],
    [
      "an account that was not shown",
      { username: undefined },
      " Docker Hub did not show whose it is, so that was not checked.",
    ],
    [
      "an id that was not shown",
      { uuid: undefined },
      " Docker Hub did not show its id, so that was not checked.",
    ],
    [
      "rights that were not shown",
      { scopes: [] },
      " Docker Hub did not show what it may do, so that was not checked.",
    ],
    [
      "that nothing was shown",
      { username: undefined, uuid: undefined, scopes: [] },
      " Docker Hub did not show whose it is, its id and what it may do, so that was not checked.",
    ],
    [
      "rights of which nobody knows, each once",
      organization("scope-image-pull", "scope-new", "scope-other", "scope-new"),
      ' Larder does not know what it may do with "scope-new" and "scope-other".',
    ],
  ])("%s", (_what, changes, more) => {
    expect(describeTest(record(), newUuid, { ...shown, ...changes })).toBe(passed + more);
  });

  it("does without an id that nobody knows", () => {
    expect(describeTest(record(), undefined, { ...shown, uuid: undefined })).toMatch(
      /^The token signs in as "larderbot",/,
    );
  });

  it("names eight rights at most", () => {
    const many = Array.from({ length: 50 }, (_, number) => `repository:contoso/app${number}:pull`);

    expect(describeTest(record(), newUuid, organization(...many))).toMatch(
      / what it may do with "repository:contoso\/app0:pull", .*, "repository:contoso\/app7:pull" and 42 more\.$/,
    );
  });
});

describe("a token may do more than the deployment allows", () => {
  it.each<[string, Identification, TokenScope, boolean]>([
    ["as much", shown, "repo:read", false],
    ["less", shown, "repo:write", false],
    ["more", shown, "repo:public_read", true],
    ["one scope more", { ...shown, scopes: ["repo:read", "repo:write"] }, "repo:read", true],
    ["nothing that is shown", { ...shown, scopes: [] }, "repo:read", false],
    ["something that nobody knows", { ...shown, scopes: ["all"] }, "repo:read", false],
    ["pulls of an organization", organization("scope-image-pull"), "repo:read", false],
    ["the same in its other name", organization("repo-pull"), "repo:read", false],
    ["pushes of an organization", organization("repo-pull", "repo-push"), "repo:read", true],
    ["the same in their other name", organization("scope-image-push"), "repo:read", true],
    ["pushes where they are allowed", organization("scope-image-push"), "repo:write", false],
    ["deleting of an organization", organization("scope-image-delete"), "repo:write", true],
    ["what a password may", { kind: "password", scopes: ["repo:admin"] }, "repo:read", false],
  ])("%s (%#)", (_what, found, maximum, expected) => {
    expect(tooWide(record(), found, maximum) !== undefined).toBe(expected);
  });

  it("and who placed it is told what to do", () => {
    const assisted = record({ policy: { ...policy, mode: "assisted" } });

    expect(tooWide(assisted, { ...shown, scopes: ["repo:admin"] }, "repo:read")).toBe(
      `Token ${newUuid} may do "repo:admin", and "repo:read" is the most that this deployment allows (ROTATION_MAXIMUM_SCOPE). Pulling needs no more than "repo:read". Replace it: put one that may do no more into the pending secret.`,
    );
    expect(tooWide(record(), { ...shown, scopes: ["repo:admin"] }, "repo:read")).toMatch(
      / Replace it: have it renewed now \(POST …\/rotate with force\)\.$/,
    );
    expect(tooWide(assisted, organization("repo-pull", "repo-push"), "repo:read")).toMatch(
      / may do "repo-pull" and "repo-push", and .* Pulling needs nothing but the right to pull\. /,
    );
  });
});

import { describe, expect, it } from "vitest";
import { credentialSetRemedy } from "../../src/domain/credential-set-remedy.ts";
import type { RotationRecord } from "../../src/domain/rotation.ts";
import { credentialSet } from "./facts.ts";
import { live, policy, record, rotation } from "./rotation-facts.ts";

const grant =
  'Give the credential set\'s own identity 6f0c7a3e the role "Key Vault Secrets User" on the secrets https://v.vault.azure.net/secrets/user and https://v.vault.azure.net/secrets/token';
const firewall = "The vault's firewall keeps ACR out: let trusted Microsoft services through";
const enable = "The newest version of a secret is disabled";
const putBack =
  "A secret is missing, deleted or disabled: look for https://v.vault.azure.net/secrets/user";
const acrFault = "This is a fault of ACR itself and not of the login (Azure/acr#893)";
const paidPlan = "ACR misses rate-limit headers, which docker.io does not send to paid plans";
const throttled = "docker.io answers ACR that too much was asked of it: wait";
const login =
  "docker.io refuses the login: the token in https://v.vault.azure.net/secrets/token has expired, was revoked, or is not of the account";

const forbidden =
  "The user, group or application 'name=microsoft.containerregistry/registries;appid=6a0ec4d3;oid=6f0c7a3e;iss=https://sts.windows.net/t/' does not have secrets get permission on key vault 'v;location=westus'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287";
const forbiddenByRole =
  "Caller is not authorized to perform action on resource. If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.";

describe("what to do about an unhealthy set", () => {
  it.each([
    ["Forbidden", forbidden, grant],
    ["Forbidden", forbiddenByRole, grant],
    ["ForbiddenByRbac", undefined, grant],
    ["Forbidden", undefined, grant],
    ["ForbiddenByFirewall", undefined, firewall],
    [
      "Forbidden",
      "Client address is not authorized and caller is not a trusted service.",
      firewall,
    ],
    [
      "Forbidden",
      "Public network access is disabled and request is not from a trusted service nor via an approved private link.",
      firewall,
    ],
    ["Forbidden", "Operation get is not allowed on a disabled secret.", enable],
    ["SecretNotFound", undefined, putBack],
    ["SecretNotFound", "A secret with (name/id) token was not found in this key vault.", putBack],
    [undefined, "Sequence contains no elements", acrFault],
    ["InternalError", "Sequence contains no elements", acrFault],
    [undefined, "The rate limit is not present in header", paidPlan],
    [undefined, "Header 'ratelimit-remaining' was not found", paidPlan],
    [undefined, "too many requests to source registry for cache rule x", throttled],
    ["sim:Unauthorized", "authentication failed with source registry docker.io", login],
    ["Unauthorized", undefined, login],
    [undefined, "authentication required with source registry for cache rule 'docker-io'.", login],
    [undefined, "unauthorized: incorrect username or password", login],
  ])("%s, %s", (errorCode, errorMessage, remedy) => {
    const set = credentialSet("hub", { health: { status: "Unhealthy", errorCode, errorMessage } });

    expect(credentialSetRemedy(set).slice(0, remedy.length)).toBe(remedy);
  });

  it.each([
    [undefined, undefined],
    ["Weird", "Something went wrong."],
  ])("names the right and the login for %s, which nobody knows", (errorCode, errorMessage) => {
    const set = credentialSet("hub", { health: { status: "Unhealthy", errorCode, errorMessage } });

    const remedy = credentialSetRemedy(set);

    expect(remedy.startsWith(grant)).toBe(true);
    expect(remedy).toContain("If it has that already, docker.io may refuse the login");
    expect(remedy).toContain("Put a working token of that account in as a new version");
  });

  it("names the identity's kind while it has none", () => {
    const health = { status: "Unhealthy", errorCode: "Forbidden" } as const;
    const set = credentialSet("hub", { health, principalId: undefined });

    expect(credentialSetRemedy(set)).toMatch(
      /^Give the credential set's own system-assigned identity the role/,
    );
  });
});

describe("what to do about a set whose secret is not there", () => {
  const health = { status: "Unhealthy", errorCode: "SecretNotFound" } as const;
  const set = credentialSet("hub", { health });
  const secret = "https://contoso.vault.azure.net/secrets/docker-hub-token";
  const awaited = `The first token is awaited, and until then there is none in ${secret}`;
  const assisted = { ...policy, mode: "assisted" } as const;
  const promotedAt = "2026-11-20T02:00:00.000Z";
  const remedyFor = (changes: Partial<RotationRecord>) =>
    credentialSetRemedy(set, record({ live: undefined, ...changes }));

  it.each<Partial<RotationRecord>>([
    { creates: true },
    { rotations: [rotation({ state: "creating" })] },
    { rotations: [rotation({ state: "tested" })] },
    { creates: true, ended: [rotation({ state: "failed" })] },
  ])("says that Larder makes the first token: %j", (changes) => {
    expect(remedyFor(changes)).toBe(
      `${awaited}: it is being made, and Larder writes it there itself. What a person must do for that, if anything, is told with the rotation.`,
    );
  });

  it.each<Partial<RotationRecord>>([
    { creates: true },
    { rotations: [rotation({ state: "waiting" })] },
  ])("says where a person puts the first token: %j", (changes) => {
    expect(remedyFor({ ...changes, policy: assisted })).toBe(
      `${awaited}: put it into the pending secret ${secret}-pending, as the rotation's to-do says, and Larder tests it and writes it there.`,
    );
  });

  it("asks nobody for the first token while Larder tests it", () => {
    const rotations = [rotation({ state: "stored" })];

    expect(remedyFor({ creates: true, rotations, policy: assisted })).toBe(
      `${awaited}: it lies in the pending secret ${secret}-pending, and Larder tests it and writes it there.`,
    );
  });

  it.each<Partial<RotationRecord>>([
    {},
    { creates: true, live },
    { creates: true, ended: [rotation({ state: "done", promotedAt })] },
    {
      rotations: [rotation({ state: "confirmed", promotedAt }), rotation({ state: "creating" })],
    },
  ])("has it looked for where there was one, or none is under way: %j", (changes) => {
    expect(remedyFor(changes).startsWith(putBack)).toBe(true);
  });

  it("has other errors mended first", () => {
    const other = credentialSet("hub", { health: { ...health, errorCode: "Forbidden" } });

    const making = record({ live: undefined, creates: true });
    expect(credentialSetRemedy(other, making).startsWith(grant)).toBe(true);
  });
});

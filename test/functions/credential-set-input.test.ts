import { describe, expect, it } from "vitest";
import { credentialSetRequest, rotationRequest } from "../../src/http/credential-set-input.ts";
import { parseInput } from "../../src/http/problems.ts";
import { RequestError } from "../../src/http/request-error.ts";
import { validator } from "./document.ts";

const least = { mode: "managed", account: "contosopull" };
const secret = "https://contoso.vault.azure.net/secrets/dockerhub-token";

/** "target: message" of everything that is wrong. */
function wrong(schema: Parameters<typeof parseInput>[1], body: unknown): readonly string[] {
  try {
    parseInput("body", schema, body);
    return [];
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return error.details.map(({ target, message }) => `${target}: ${message}`);
  }
}

describe("the body of a PUT", () => {
  it("is taken whole", () => {
    const whole = {
      loginServer: "docker.io",
      usernameSecretId: "https://contoso.vault.azure.net/secrets/dockerhub-username",
      passwordSecretId: secret,
      rotation: {
        mode: "assisted",
        account: "contosopull",
        lifetime: "P90D",
        renewBefore: "P4W",
        grace: "PT36H",
        retention: "P7D",
        scope: "repo:public_read",
        canary: "library/alpine:latest",
      },
    };

    expect(credentialSetRequest.parse(whole)).toEqual(whole);
    expect(validator({ $ref: "#/components/schemas/CredentialSetRequest" })(whole)).toBe(true);
  });

  it("may be the least, and may let a set go", () => {
    expect(credentialSetRequest.parse({ rotation: least })).toEqual({ rotation: least });
    expect(credentialSetRequest.parse({ rotation: null })).toEqual({ rotation: null });
  });

  it.each<[string, object, object]>([
    ["the account", { account: "ContosoPull" }, { account: "contosopull" }],
    ["an organization", { account: "con_toso-1" }, { account: "con_toso-1" }],
    ["a short canary", { canary: "alpine" }, { canary: "library/alpine:latest" }],
    [
      "a canary with its host",
      { canary: "docker.io/contoso/app:1.2" },
      { canary: "contoso/app:1.2" },
    ],
  ])("makes one spelling of %s", (_what, sent, kept) => {
    const { rotation } = credentialSetRequest.parse({ rotation: { ...least, ...sent } });

    expect(rotation).toEqual({ ...least, ...kept });
  });

  it.each([
    [
      "https://Contoso.Vault.Azure.net/secrets/Token",
      "https://contoso.vault.azure.net/secrets/Token",
    ],
    [`${secret}/`, secret],
    ["https://localhost:8443/secrets/a", "https://localhost:8443/secrets/a"],
    ["https://contoso.vault.azure.net:443/secrets/a", "https://contoso.vault.azure.net/secrets/a"],
  ])("keeps the secret %s as Key Vault writes it", (passwordSecretId, kept) => {
    const asked = credentialSetRequest.parse({ passwordSecretId, rotation: least });

    expect(asked.passwordSecretId).toBe(kept);
  });

  it.each([
    `${secret}/0123456789abcdef0123456789abcdef`,
    `${secret}/0123456789abcdef0123456789abcdef/`,
  ])("refuses a version, and says why: %s", (usernameSecretId) => {
    expect(wrong(credentialSetRequest, { usernameSecretId, rotation: null })).toEqual([
      "usernameSecretId: Must not name a version: ACR would go on reading that one after the token in it has died. End it with the secret's name.",
    ]);
  });

  it.each([
    "",
    " ",
    "dockerhub-token",
    "http://contoso.vault.azure.net/secrets/a",
    "https://contoso.vault.azure.net/keys/a",
    "https://contoso.vault.azure.net/secrets/",
    "https://contoso.vault.azure.net/secrets/a_b",
    `https://contoso.vault.azure.net/secrets/${"a".repeat(128)}`,
    `${secret}?version=1`,
    `${secret}#1`,
    `${secret}/1/2`,
    `https://user:hunter2@contoso.vault.azure.net/secrets/a`,
    "https://contoso.vault.azure.net:99999/secrets/a",
    "https://contoso.vault.azure.net\\@evil.example/secrets/a",
    "https://contoso.vault.azure.net%2f@evil/secrets/a",
    "//contoso.vault.azure.net/secrets/a",
    "https://contoso.vault.azure.net/secrets/a\u202E",
    "https://contoso.vault.azure.net/secrets/a\n",
    `https://${"a".repeat(400)}/secrets/a`,
    "https://[::1]/secrets/a",
  ])("refuses %j for a secret, and does not repeat it", (passwordSecretId) => {
    const [told = "", ...more] = wrong(credentialSetRequest, { passwordSecretId, rotation: null });

    expect(told).toMatch(/^passwordSecretId: /);
    expect(told).not.toContain("hunter2");
    expect(more).toEqual([]);
  });

  it.each<[string, unknown, RegExp]>([
    ["rotation", undefined, /is required/],
    ["rotation", "managed", /object/],
    ["rotation.mode", { mode: undefined }, /is required/],
    ["rotation.mode", { mode: "manual" }, /managed/],
    ["rotation.account", { account: undefined }, /is required/],
    ["rotation.account", { account: "a" }, /Docker ID/],
    ["rotation.account", { account: "-ab" }, /Docker ID/],
    ["rotation.account", { account: "a b" }, /Docker ID/],
    ["rotation.account", { account: "a/b" }, /Docker ID/],
    ["rotation.account", { account: "ada@contoso.com" }, /Docker ID/],
    ["rotation.account", { account: "a".repeat(64) }, /Docker ID/],
    ["rotation.lifetime", { lifetime: "90d" }, /ISO 8601/],
    ["rotation.lifetime", { lifetime: 90 }, /ISO 8601|string/],
    ["rotation.lifetime", { lifetime: null }, /ISO 8601|string/],
    ["rotation.renewBefore", { renewBefore: "P11Y" }, /10 years/],
    ["rotation.grace", { grace: "P" }, /ISO 8601/],
    ["rotation.retention", { retention: `PT${"9".repeat(40)}S` }, /30 characters|10 years/],
    ["rotation.scope", { scope: "repo:delete" }, /repo:read/],
    ["rotation.canary", { canary: "Alpine" }, /image of Docker Hub/],
    ["rotation.canary", { canary: "ghcr.io/contoso/app:1" }, /image of Docker Hub/],
    ["rotation.canary", { canary: `alpine@sha256:${"a".repeat(64)}` }, /image of Docker Hub/],
    ["rotation.canary", { canary: "" }, /Must not be empty|one line/],
    ["rotation.canary", { canary: `${"a/".repeat(2000)}a` }, /<=300/],
    ["rotation.often", { often: true }, /not a field/],
  ])("names %s: %j", (target, value, sentence) => {
    const rotation = typeof value === "object" && value !== null ? { ...least, ...value } : value;
    const [told = "", ...more] = wrong(credentialSetRequest, { rotation });

    expect(told.split(": ")[0]).toBe(target);
    expect(told).toMatch(sentence);
    expect(more).toEqual([]);
  });

  it.each(["docker", "docker.io/library", "https://docker.io", "docker..io", "a".repeat(300)])(
    "refuses %.40j for an upstream",
    (loginServer) => {
      expect(wrong(credentialSetRequest, { loginServer, rotation: null })).toHaveLength(1);
    },
  );

  it("says in one answer all that is wrong", () => {
    const body = {
      loginServer: 1,
      usernameSecretId: secret,
      passwordSecretId: `${secret}?x`,
      rotation: { mode: "both", account: "", grace: "1d" },
      token: "dckr_pat_value",
    };

    expect(wrong(credentialSetRequest, body).map((line) => line.split(": ")[0])).toEqual([
      "loginServer",
      "passwordSecretId",
      "rotation.mode",
      "rotation.account",
      "rotation.grace",
      "token",
    ]);
    expect(wrong(credentialSetRequest, body).join()).not.toContain("dckr_pat_value");
  });
});

describe("the body of a rotation", () => {
  it.each<[object, object]>([
    [{}, { force: false }],
    [{ force: false }, { force: false }],
    [{ reason: "A test." }, { force: false, reason: "A test." }],
    [
      { force: true, reason: "Lost." },
      { force: true, reason: "Lost." },
    ],
  ])("%j is taken", (sent, read) => {
    expect(rotationRequest.parse(sent)).toEqual(read);
  });

  it.each<[object, string]>([
    [{ force: true }, "reason: Say why a token that is not due is to be renewed."],
    [{ force: true, reason: "" }, "reason: "],
    [{ force: "yes", reason: "x" }, "force: "],
    [{ reason: "a\nb" }, "reason: "],
    [{ reason: "a".repeat(1001) }, "reason: "],
    [{ now: true }, 'now: "now" is not a field here.'],
  ])("%.60j is refused", (sent, told) => {
    expect(wrong(rotationRequest, sent)).toEqual([expect.stringContaining(told)]);
  });
});

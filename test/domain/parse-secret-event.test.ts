import { describe, expect, it } from "vitest";
import { parseSecretEvent } from "../../src/domain/parse-secret-event.ts";

const version = "ee059b2bb5bc48398a53b168c6cdcb10";
const id = `https://contoso.vault.azure.net/secrets/docker-hub-token/${version}`;
const topic = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/contoso";
const data = {
  Id: id,
  VaultName: "contoso",
  ObjectType: "Secret",
  ObjectName: "docker-hub-token",
  Version: version,
  NBF: 1559081980,
  EXP: 1559082102,
};

const grid = (given: object, eventType = "Microsoft.KeyVault.SecretNearExpiry") => ({
  id: "00eccf70-95a7-4e7c-8299-2eb17ee9ad64",
  topic,
  subject: "docker-hub-token",
  eventType,
  eventTime: "2026-07-25T01:08:33.1036736Z",
  data: given,
  dataVersion: "1",
  metadataVersion: "1",
});
const cloud = (given: object, type = "Microsoft.KeyVault.SecretNearExpiry") => ({
  id: "00eccf70-95a7-4e7c-8299-2eb17ee9ad64",
  source: topic,
  subject: "docker-hub-token",
  type,
  time: "2026-07-25T01:08:33.1036736Z",
  specversion: "1.0",
  data: given,
});

const byNames = {
  type: "SecretNearExpiry",
  vault: "contoso",
  secret: "docker-hub-token",
  version,
};
const near = { ...byNames, host: "contoso.vault.azure.net" };

describe("an event about a secret", () => {
  it.each([
    ["Event Grid's schema", grid(data)],
    ["a CloudEvent", cloud(data)],
  ])("is read in %s", (_, event) => {
    expect(parseSecretEvent(event)).toEqual(near);
  });

  it.each([
    ["Microsoft.KeyVault.SecretExpired", "SecretExpired"],
    ["Microsoft.KeyVault.SecretNewVersionCreated", "SecretNewVersionCreated"],
    ["microsoft.keyvault.secretnearexpiry", "SecretNearExpiry"],
    [" MICROSOFT.KEYVAULT.SECRETEXPIRED\t", "SecretExpired"],
  ])("may be of type %j", (written, type) => {
    expect(parseSecretEvent(grid(data, written))).toEqual({ ...near, type });
    expect(parseSecretEvent(cloud(data, written))).toEqual({ ...near, type });
  });

  const { Id: _, ...named } = data;
  it.each([
    // The example in the documentation (event-schema-key-vault.md): a blank in a key, and in a value.
    [
      "as documented",
      {
        Id: id,
        VaultName: "contoso",
        ObjectType: "Secret",
        "ObjectName ": "docker-hub-token",
        Version: ` ${version}`,
        NBF: "1559081980",
        EXP: "1559082102",
      },
    ],
    ["as its table spells the key", { ...named, id }],
    ["with null for what is not there", { ...data, NBF: null, EXP: null, VaultName: null }],
    ["of lower-case keys", { id, vaultname: "contoso", objecttype: "secret", objectname: "x" }],
    ["of nothing but Id and type", { Id: id, ObjectType: "SECRET " }],
    [
      "in upper case",
      { Id: id.replace("contoso", "CONTOSO").replace("token", "Token"), ObjectType: "Secret" },
    ],
    ["with the port", { ...data, Id: id.replace(".net/", ".net:443/") }],
    // The URL is what credential sets hold; the rest only repeats it.
    ["whose names disagree", { ...data, VaultName: "fabrikam", ObjectName: "other", Version: "1" }],
    ["with more than we know", { ...data, Extra: { deep: [1, 2] } }],
  ])("is read %s", (_what, given) => {
    expect(parseSecretEvent(grid(given))).toEqual(near);
  });

  it.each([
    ["without an Id", named],
    ["with a blank Id", { ...named, Id: "  " }],
    [
      "with an Id that is no secret's URL",
      { ...named, Id: "https://contoso.vault.azure.net/keys/k" },
    ],
    [
      "with names in upper case",
      { ...named, VaultName: " Contoso ", ObjectName: "DOCKER-hub-token" },
    ],
    ["with the name in the subject only", { ...named, ObjectName: undefined }],
    ["with an unusable name", { ...named, ObjectName: "no/name", VaultName: "contoso" }],
    [
      "with a first spelling that says nothing",
      { ...named, ObjectName: " ", "ObjectName ": "docker-hub-token", objectname: "other" },
    ],
  ])("is read by its names %s", (_what, given) => {
    expect(parseSecretEvent(grid(given))).toEqual(byNames);
  });

  it.each([
    ["a name of digits, sent as a number", { ...named, ObjectName: 2026 }, { secret: "2026" }],
    ["a version sent as a number", { ...named, Version: 7 }, { version: "7" }],
    ["no version", { ...named, Version: "" }, { version: undefined }],
    ["an unusable version", { ...named, Version: "not a version" }, { version: undefined }],
    [
      "a vault on this machine",
      { ...data, Id: "https://localhost:8443/secrets/token", VaultName: "larder", Version: "a1" },
      { vault: "localhost", host: "localhost:8443", secret: "token", version: "a1" },
    ],
  ])("may have %s", (_what, given, wanted) => {
    expect(parseSecretEvent(cloud(given))).toEqual({ ...byNames, ...wanted });
  });
});

describe("what is ignored, and why", () => {
  const other = "It is of a type that Larder does not follow";

  it.each([
    ["nothing", undefined, "It is no object."],
    ["null", null, "It is no object."],
    ["a text", "SecretNearExpiry", "It is no object."],
    ["a list", [grid(data)], "It is no object."],
    ["an empty object", {}, `${other}.`],
    [
      "a certificate",
      grid(data, "Microsoft.KeyVault.CertificateNearExpiry"),
      `${other}: Microsoft.KeyVault.CertificateNearExpiry.`,
    ],
    ["another service", grid(data, "Microsoft.Storage.BlobCreated"), `${other}.`],
    ["a type that is no text", { ...grid(data), eventType: { a: 1 } }, `${other}.`],
    ["a type with a tail", grid(data, "Microsoft.KeyVault.SecretExpired dckr_pat_x"), `${other}.`],
    ["no prefix", grid(data, "SecretExpired"), `${other}.`],
    ["data that is a text", { ...grid(data), data: "x" }, "SecretNearExpiry came without data."],
    ["data that is a list", { ...grid(data), data: [data] }, "SecretNearExpiry came without data."],
    [
      "a key by that type",
      grid({ ...data, ObjectType: "Key" }),
      "SecretNearExpiry came for something that is not called a secret.",
    ],
    [
      "no object type",
      grid({ Id: id }),
      "SecretNearExpiry came for something that is not called a secret.",
    ],
    [
      "no vault",
      grid({ ObjectType: "Secret", ObjectName: "a" }),
      "SecretNearExpiry names no vault, or no secret.",
    ],
    [
      "no secret",
      { ...grid({ ObjectType: "Secret", VaultName: "contoso" }), subject: "" },
      "SecretNearExpiry names no vault, or no secret.",
    ],
    [
      "a vault that is a path",
      grid({ ObjectType: "Secret", VaultName: "../x", ObjectName: "a" }),
      "SecretNearExpiry names no vault, or no secret.",
    ],
  ])("%s", (_, event, ignored) => {
    expect(parseSecretEvent(event)).toEqual({ ignored });
  });

  it("what only a prototype says", () => {
    const inherited: unknown = Object.create(grid(data));
    const written = JSON.parse(
      `{"type":"Microsoft.KeyVault.SecretExpired","__proto__":${JSON.stringify(cloud(data))},"data":{"__proto__":${JSON.stringify(data)}}}`,
    );

    expect(parseSecretEvent(inherited)).toEqual({ ignored: `${other}.` });
    expect(parseSecretEvent(written)).toEqual({
      ignored: "SecretExpired came for something that is not called a secret.",
    });
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { CredentialSet } from "../../src/domain/credential-set.ts";
import { cloudWorlds, registryName as contoso } from "./cloud-worlds.ts";

describe.each(cloudWorlds())("credential set writer: $name", ({ make }) => {
  const writer = () => make().ports.credentialSetWriter;
  const find = async (name: string): Promise<CredentialSet> => {
    const sets = await make().ports.credentialSets.list(contoso);
    const found = sets.find((one) => one.name === name);
    if (!found) throw new Error(`there is no set ${name}`);
    return found;
  };
  const given = (secrets: string) => ({
    loginServer: "quay.io",
    usernameSecretId: make().secretId(`${secrets}-username`),
    passwordSecretId: make().secretId(`${secrets}-token`),
  });

  it("makes a set with an identity of its own, which may read nothing yet", async () => {
    await writer().create(contoso, "Quay-New", given("new"));

    expect(await find("Quay-New")).toEqual({
      name: "Quay-New",
      ...given("new"),
      health: {
        status: "Unhealthy",
        errorCode: "Forbidden",
        errorMessage: expect.stringContaining("get permission"),
      },
      principalId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      provisioningState: "Succeeded",
    });
  });

  it("makes a set that is healthy once its identity may read both secrets", async () => {
    make().putSecret("granted-username", "robot");
    make().putSecret("granted-token", "t0ken");
    await writer().create(contoso, "quay-granted", given("granted"));
    const { principalId = "" } = await find("quay-granted");

    make().grant(principalId, ["granted-username"]);
    expect((await find("quay-granted")).health).toMatchObject({ errorCode: "Forbidden" });
    make().grant(principalId, ["granted-token"]);
    expect((await find("quay-granted")).health).toEqual({ status: "Healthy" });
  });

  it("gives every set another identity, and keeps it when the set is made again", async () => {
    await writer().create(contoso, "quay-one", given("one"));
    await writer().create(contoso, "quay-two", given("two"));
    const one = await find("quay-one");
    await writer().create("CONTOSO", "quay-one", given("one"));

    expect(one.principalId).not.toBe((await find("quay-two")).principalId);
    expect(await find("quay-one")).toEqual(one);
  });

  it("touches a set, which stays as it was", async () => {
    await writer().create(contoso, "quay-touched", given("touched"));
    const before = await find("quay-touched");

    await writer().touch("CONTOSO", before);
    await writer().touch(contoso, before);

    expect(await find("quay-touched")).toEqual(before);
  });

  it("has ACR read what was written since", async () => {
    make().putSecret("reread-username", "robot");
    await writer().create(contoso, "quay-reread", given("reread"));
    const { principalId = "", ...set } = await find("quay-reread");
    make().grant(principalId, ["reread-username", "reread-token"]);
    expect((await find("quay-reread")).health).toMatchObject({ errorCode: "SecretNotFound" });

    make().putSecret("reread-token", "t0ken");
    await writer().touch(contoso, set);

    expect((await find("quay-reread")).health).toEqual({ status: "Healthy" });
  });

  it("is refused when ARM takes a change and then fails, and the next touch mends the set", async () => {
    await writer().create(contoso, "quay-failing", given("failing"));
    const before = await find("quay-failing");
    make().failNextSetChange();

    await expect(writer().touch(contoso, before)).rejects.toMatchObject({
      reason: "refused",
      problem: { code: "sim:OperationFailed" },
    });
    await expect.poll(async () => (await find("quay-failing")).provisioningState).toBe("Failed");
    await writer().touch(contoso, before);
    expect(await find("quay-failing")).toEqual(before);
  });

  it("is refused when ARM takes a new set and then fails", async () => {
    make().failNextSetChange();

    await expect(writer().create(contoso, "quay-stillborn", given("x"))).rejects.toMatchObject({
      reason: "refused",
      problem: { code: "sim:OperationFailed" },
    });
    await expect.poll(async () => (await find("quay-stillborn")).provisioningState).toBe("Failed");
  });

  it("is told ARM's own code for an upstream that ACR does not know", async () => {
    const unknown = { ...given("odd"), loginServer: "registry.example" };

    await expect(writer().create(contoso, "odd-upstream", unknown)).rejects.toMatchObject({
      reason: "refused",
      problem: { code: "UpstreamNotSupported" },
    });
    await expect(writer().create(contoso, "bad_name", given("odd"))).rejects.toMatchObject({
      reason: "refused",
    });
    const sets = await make().ports.credentialSets.list(contoso);
    expect(sets.map(({ name }) => name)).not.toContain("odd-upstream");
  });

  it("answers missing for a set that is not there", async () => {
    const absent = { ...(await find("docker-hub")), name: "absent" };

    await expect(writer().touch(contoso, absent)).rejects.toMatchObject({
      reason: "missing",
      problem: { code: "ResourceNotFound" },
    });
  });

  it("answers missing for a registry that is not served", async () => {
    const missing = { reason: "missing", problem: { code: "RegistryNotFound" } };
    const set = await find("docker-hub");

    await expect(writer().create("fabrikam", "quay-io", given("a"))).rejects.toMatchObject(missing);
    await expect(writer().touch("fabrikam", set)).rejects.toMatchObject(missing);
  });
});
